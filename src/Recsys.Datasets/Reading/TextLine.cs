namespace Recsys.Datasets.Reading;

/// <summary>A decoded line.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">Without its end.</param>
internal readonly record struct TextLine(long Number, string Text);
