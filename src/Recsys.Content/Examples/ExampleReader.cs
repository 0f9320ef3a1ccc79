using Recsys.Content.Networks;

namespace Recsys.Content.Examples;

/// <summary>
/// Reads labelled examples from files, one after the other, within bounded memory. The first thing that's wrong ends the reading: a network trained on
/// what is left of a damaged file is a surprise.
/// </summary>
public static class ExampleReader
{
    private const int TextOverhead = 64;

    /// <summary>Reads.</summary>
    /// <param name="path">A file, a folder or a zip.</param>
    /// <param name="format">How it's written.</param>
    /// <param name="spec">Without a problem: the columns that are read, the target, the column that says the part.</param>
    /// <param name="limits">How much is read; null: the defaults.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="InvalidDataException">Something's wrong; the message names the file and the line or place, the field, the value, and what was
    /// expected.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static IEnumerable<LabelledExample> Read(string path, ExampleFormat format, NetworkSpec spec, ExampleLimits? limits = null, CancellationToken cancellation = default)
    {
        if (!Path.Exists(path)) throw new InvalidDataException($"{path} does not exist, expected a file or folder of examples.");
        limits ??= new();
        format = format == ExampleFormat.Auto ? ExampleFormats.Of(path) : format;
        var fields = new ExampleFields(spec, limits.MostImageBytes);
        var examples = format switch
        {
            ExampleFormat.Csv => CsvExamples.Read(path, fields, cancellation),
            ExampleFormat.JsonLines => JsonExamples.Read(path, fields, cancellation),
            ExampleFormat.Images => ImageExamples.Read(path, fields, limits, cancellation),
            _ => IdxExamples.Read(path, fields, limits, cancellation),
        };
        return Counted(path, examples, limits);
    }

    private static IEnumerable<LabelledExample> Counted(string path, IEnumerable<LabelledExample> examples, ExampleLimits limits)
    {
        var (count, bytes) = (0, 0L);
        foreach (var example in examples)
        {
            bytes += BytesOf(example);
            if (++count > limits.MostExamples) throw new InvalidDataException($"{path} has more than {limits.MostExamples} examples, expected at most that many.");
            if (bytes > limits.MostBytes) throw new InvalidDataException($"{path}, {example.Origin}: the examples take more than {limits.MostBytes} bytes in memory, expected at most that many.");
            yield return example;
        }
    }

    private static long BytesOf(LabelledExample example)
    {
        var bytes = (long)TextOverhead;
        foreach (var value in example.Values.Values)
        {
            bytes += TextOverhead + value switch
            {
                ExampleValue.Text text => 2L * text.Value.Length,
                ExampleValue.Texts texts => texts.Values.Sum(text => (2L * text.Length) + TextOverhead),
                ExampleValue.Vectors vectors => 4L * vectors.Values.Length,
                ExampleValue.Image image => image.Encoded.Length,
                _ => 0,
            };
        }

        foreach (var label in example.Labels) bytes += (2L * label.Length) + TextOverhead;
        return bytes;
    }
}
