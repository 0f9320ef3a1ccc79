namespace Recsys.Inference.Experiments;

/// <summary>A reason why no estimate is given.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Text">In words, with the figure and the bound.</param>
public sealed record Refusal(RefusalCode Code, string Text);
