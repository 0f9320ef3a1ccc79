namespace Recsys.Datasets.Reading;

/// <summary>
/// Reads delimited text record by record. A quoted column may hold line ends, up to 8 MiB and 1,000 lines a record. Where a quote isn't closed within that,
/// only the line
/// with the quote is rejected and reading goes on with the next one: one stray quote doesn't swallow the file. Of exact files, carriage returns within quotes
/// are kept and a record may have as many lines as a text has bytes.
/// </summary>
internal static class CsvRecords
{
    private const int MaxLines = 1_000;
    private const int MaxExactLines = 200_000;

    public static IEnumerable<CsvRecord> Read(SourceFile file, char delimiter, CancellationToken cancellationToken, bool exact = false)
    {
        using var lines = file.ReadText(latin1: false, cancellationToken, keepBlank: true, keepReturns: exact).GetEnumerator();
        var waiting = new Queue<TextLine>();
        while (TryTake(lines, waiting, out var line))
        {
            if (string.IsNullOrWhiteSpace(line.Text))
                continue;
            if (CsvRecord.Split(exact ? WithoutReturn(line.Text) : line.Text, delimiter) is { } columns)
                yield return new CsvRecord(line.Number, line.Text, columns);
            else if (TryJoin(lines, waiting, line, delimiter, exact ? MaxExactLines : MaxLines) is { } joined)
                yield return joined;
            else
                file.Reject(line.Number, line.Text, "a quote isn't closed");
        }
    }

    // Outside of quotes it belongs to the line's end.
    private static string WithoutReturn(string text) => text.EndsWith('\r') ? text[..^1] : text;

    private static bool TryTake(IEnumerator<TextLine> lines, Queue<TextLine> waiting, out TextLine line)
    {
        if (waiting.TryDequeue(out line))
            return true;
        if (!lines.MoveNext())
            return false;
        line = lines.Current;
        return true;
    }

    // Looks at the following lines (they stay waiting) until one closes the quote; takes them then.
    private static CsvRecord? TryJoin(IEnumerator<TextLine> lines, Queue<TextLine> waiting, TextLine first, char delimiter, int maxLines)
    {
        var parts = new List<string> { first.Text };
        var length = first.Text.Length;
        foreach (var next in Peek(lines, waiting))
        {
            parts.Add(next.Text);
            length += next.Text.Length + 1;
            if (length > LineReader.MaxBytes || parts.Count > maxLines)
                return null;
            if (CsvRecord.EndsInQuotes(next.Text, delimiter))
                continue;
            var text = string.Join('\n', parts);
            if (CsvRecord.Split(maxLines == MaxLines ? text : WithoutReturn(text), delimiter) is not { } columns)
                return null;
            for (var i = 1; i < parts.Count; i++)
                waiting.Dequeue();
            return new CsvRecord(first.Number, text, columns);
        }

        return null;
    }

    private static IEnumerable<TextLine> Peek(IEnumerator<TextLine> lines, Queue<TextLine> waiting)
    {
        foreach (var line in waiting.ToArray())
            yield return line;
        while (lines.MoveNext())
        {
            waiting.Enqueue(lines.Current);
            yield return lines.Current;
        }
    }
}
