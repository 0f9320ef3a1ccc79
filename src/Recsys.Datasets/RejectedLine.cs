namespace Recsys.Datasets;

/// <summary>A line (or quoted record) of a data set that was left out.</summary>
/// <param name="File">The file, as it was opened.</param>
/// <param name="LineNumber">The (first) line's number, from 1.</param>
/// <param name="Text">Its first 1,000 characters; bytes that aren't UTF-8 are shown as U+FFFD.</param>
/// <param name="Reason">What's wrong with it, with the value where there is one.</param>
public sealed record RejectedLine(string File, long LineNumber, string Text, string Reason);
