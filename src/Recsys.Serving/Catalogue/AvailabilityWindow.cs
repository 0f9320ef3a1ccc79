namespace Recsys.Serving.Catalogue;

/// <summary>A window in which an item may be shown.</summary>
/// <param name="Countries">ISO 3166-1 alpha-2 codes; none: everywhere.</param>
/// <param name="StartMs">From this Unix ms on; null: always.</param>
/// <param name="EndMs">Up to this Unix ms, exclusive; null: for ever.</param>
public sealed record AvailabilityWindow(IReadOnlyList<string> Countries, long? StartMs, long? EndMs);
