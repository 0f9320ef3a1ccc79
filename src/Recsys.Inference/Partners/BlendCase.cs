namespace Recsys.Inference.Partners;

/// <summary>A held-out target.</summary>
/// <param name="History">Dense ids before it, oldest first.</param>
/// <param name="AgesMs">How long before the target each was, ms; null where unknown.</param>
/// <param name="Target">Dense id.</param>
public sealed record BlendCase(int[] History, long[]? AgesMs, int Target);
