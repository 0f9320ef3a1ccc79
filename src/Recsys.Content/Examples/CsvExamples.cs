using Recsys.Datasets;
using Recsys.Datasets.Reading;

namespace Recsys.Content.Examples;

/// <summary>Examples in delimited text with a header.</summary>
internal static class CsvExamples
{
    internal static IEnumerable<LabelledExample> Read(string path, ExampleFields fields, CancellationToken cancellation)
    {
        var name = Path.GetFileName(path);
        var file = new SourceFile(path, new ReadProgress(line => throw new InvalidDataException($"{name}, line {line.LineNumber}: {line.Reason}.")));
        CsvHeader? header = null;
        foreach (var record in CsvRecords.Read(file, name.Contains(".tsv", StringComparison.OrdinalIgnoreCase) ? '\t' : ',', cancellation))
        {
            if (header is null)
            {
                header = CsvHeader.Of(name, record.Columns, fields.Spec);
                continue;
            }

            var origin = $"line {record.Number}";
            if (record.Columns.Length != header.Count)
            {
                throw new InvalidDataException($"{name}, {origin}: it has {record.Columns.Length} columns, expected {header.Count} as in the header.");
            }

            yield return Example(name, record.Columns, header, fields, origin);
        }

        if (header is null) throw new InvalidDataException($"{name} is empty, expected a header and examples.");
    }

    private static LabelledExample Example(string name, string[] texts, CsvHeader header, ExampleFields fields, string origin)
    {
        try
        {
            var values = new Dictionary<string, ExampleValue>(header.Columns.Count, StringComparer.Ordinal);
            foreach (var (column, place) in header.Columns)
            {
                if (fields.Value(column, texts[place]) is { } value) values.Add(column.Name, value);
            }

            var part = header.Part is { } at ? ExampleFields.Part(fields.Spec.PartColumn, texts[at]) : null;
            return fields.Example(values, texts[header.Target], part, origin);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{name}, {origin}: {e.Message}", e);
        }
    }
}
