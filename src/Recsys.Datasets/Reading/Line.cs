namespace Recsys.Datasets.Reading;

/// <summary>A line without its end.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Bytes">Valid until the next line is read. Of a line that's too long: its start.</param>
/// <param name="TooLong">The line has more than <see cref="LineReader.MaxBytes"/>.</param>
internal readonly record struct Line(long Number, ReadOnlyMemory<byte> Bytes, bool TooLong);
