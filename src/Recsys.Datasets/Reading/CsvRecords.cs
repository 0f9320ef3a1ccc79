namespace Recsys.Datasets.Reading;

/// <summary>
/// Reads delimited text record by record. A quoted column may hold line ends, up to 1 MB and 1,000 lines a record. Where a quote isn't closed within that,
/// only the line
/// with the quote is rejected and reading goes on with the next one: one stray quote doesn't swallow the file.
/// </summary>
internal static class CsvRecords
{
    private const int MaxLines = 1_000;

    public static IEnumerable<CsvRecord> Read(SourceFile file, char delimiter, CancellationToken cancellationToken)
    {
        using var lines = file.ReadText(latin1: false, cancellationToken, keepBlank: true).GetEnumerator();
        var waiting = new Queue<TextLine>();
        while (TryTake(lines, waiting, out var line))
        {
            if (string.IsNullOrWhiteSpace(line.Text))
                continue;
            if (CsvRecord.Split(line.Text, delimiter) is { } columns)
                yield return new CsvRecord(line.Number, line.Text, columns);
            else if (TryJoin(lines, waiting, line, delimiter) is { } joined)
                yield return joined;
            else
                file.Reject(line.Number, line.Text, "a quote isn't closed");
        }
    }

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
    private static CsvRecord? TryJoin(IEnumerator<TextLine> lines, Queue<TextLine> waiting, TextLine first, char delimiter)
    {
        var parts = new List<string> { first.Text };
        var length = first.Text.Length;
        foreach (var next in Peek(lines, waiting))
        {
            parts.Add(next.Text);
            length += next.Text.Length + 1;
            if (length > LineReader.MaxBytes || parts.Count > MaxLines)
                return null;
            if (CsvRecord.EndsInQuotes(next.Text, delimiter))
                continue;
            var text = string.Join('\n', parts);
            if (CsvRecord.Split(text, delimiter) is not { } columns)
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
