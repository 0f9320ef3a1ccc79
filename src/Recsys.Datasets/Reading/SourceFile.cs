using System.Text;

namespace Recsys.Datasets.Reading;

/// <summary>One file of a data set being read: its lines as text, its rejects.</summary>
/// <param name="path">The file.</param>
/// <param name="progress">Where lines are counted and rejected.</param>
internal sealed class SourceFile(string path, ReadProgress progress)
{
    private const int MaxRejectedText = 1_000;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public string Path => path;

    public LineReader OpenLines(bool keepReturns = false) => new(path, progress, keepReturns);

    public void CountRow() => progress.AddLine();

    public void CountBytes(long count) => progress.AddBytes(count);

    public void Reject(long lineNumber, ReadOnlySpan<byte> text, string reason) =>
        Reject(lineNumber, Encoding.UTF8.GetString(text[..Math.Min(text.Length, MaxRejectedText * 4)]), reason);

    public void Reject(long lineNumber, string text, string reason)
    {
        var cut = text.Length <= MaxRejectedText ? text : text[..(char.IsHighSurrogate(text[MaxRejectedText - 1]) ? MaxRejectedText - 1 : MaxRejectedText)];
        progress.Reject(new RejectedLine(path, lineNumber, cut, reason));
    }

    public void CountUnknownItem() => progress.AddUnknownItem();

    /// <summary>The lines as text; bad ones (too long, not UTF-8) are rejected.</summary>
    /// <param name="latin1">Bytes that aren't UTF-8 are Latin-1, as in the older MovieLens releases.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="keepBlank">Blank lines too.</param>
    /// <param name="keepReturns">A carriage return at a line's end is part of the line.</param>
    public IEnumerable<TextLine> ReadText(bool latin1, CancellationToken cancellationToken, bool keepBlank = false, bool keepReturns = false)
    {
        using var lines = OpenLines(keepReturns);
        while (lines.TryRead(out var line))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Decode(line, latin1) is { } text && (keepBlank || !string.IsNullOrWhiteSpace(text)))
                yield return new TextLine(line.Number, text);
        }
    }

    /// <summary>The line as text, or null after rejecting it.</summary>
    public string? Decode(Line line, bool latin1)
    {
        if (line.TooLong)
        {
            Reject(line.Number, line.Bytes.Span, $"the line has more than {LineReader.MaxBytes} bytes");
            return null;
        }

        try
        {
            return StrictUtf8.GetString(line.Bytes.Span);
        }
        catch (DecoderFallbackException e)
        {
            if (latin1)
                return Encoding.Latin1.GetString(line.Bytes.Span);
            Reject(line.Number, line.Bytes.Span, $"invalid UTF-8 at byte {Math.Max(0, e.Index) + 1}");
            return null;
        }
    }
}
