using System.Globalization;
using System.IO.Compression;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;

namespace Recsys.Content.Examples;

/// <summary>Examples in pairs of IDX files: values, and a label each. Images become PNGs, so that they go the way of all images.</summary>
internal static class IdxExamples
{
    private const string Values = "images", Labels = "labels";

    /// <summary>Whether a file's name is one of an IDX pair.</summary>
    internal static bool IsIdxName(string name) => name.Contains("idx", StringComparison.OrdinalIgnoreCase) && PairOf(name) is not null;

    internal static IEnumerable<LabelledExample> Read(string path, ExampleFields fields, ExampleLimits limits, CancellationToken cancellation)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        using var files = ExampleFiles.Open(path, limits);
        var pairs = files.All.Select(file => (File: file, Pair: PairOf(file.Name))).Where(entry => entry.Pair is not null).GroupBy(entry => entry.Pair!.Value.Stem).ToList();
        if (pairs.Count == 0) throw new InvalidDataException($"{name} holds no IDX files, expected pairs such as train-{Values}-idx3-ubyte and train-{Labels}-idx1-ubyte.");
        foreach (var pair in pairs)
        {
            var (values, labels) = (pair.Where(entry => !entry.Pair!.Value.IsLabels).ToList(), pair.Where(entry => entry.Pair!.Value.IsLabels).ToList());
            if (values.Count != 1 || labels.Count != 1)
            {
                throw new InvalidDataException($"{name}: '{pair.Key}' has {values.Count} files with {Values} and {labels.Count} with {Labels} in their names, expected one of each.");
            }

            foreach (var example in Read(name, values[0].File, labels[0].File, PartOf(pair.Key), fields, limits, cancellation)) yield return example;
        }
    }

    private static IEnumerable<LabelledExample> Read(
        string name, ExampleFile valueFile, ExampleFile labelFile, ExamplePart? part, ExampleFields fields, ExampleLimits limits, CancellationToken cancellation)
    {
        var labels = IdxFile.Of($"{name}, {labelFile.Name}", Unfold(name, labelFile, limits));
        var values = IdxFile.Of($"{name}, {valueFile.Name}", Unfold(name, valueFile, limits));
        if (labels.Sizes.Count != 1) throw new InvalidDataException($"{name}, {labelFile.Name}: it has {labels.Sizes.Count} dimensions, expected 1: a label an example.");
        if (labels.Count != values.Count) throw new InvalidDataException($"{name}: {labelFile.Name} has {labels.Count} labels for the {values.Count} examples of {valueFile.Name}, expected as many.");
        if (Problem(values, fields.Spec) is { } problem) throw new InvalidDataException($"{name}, {valueFile.Name}: {problem}.");
        for (var i = 0; i < values.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var origin = $"{valueFile.Name} {i}";
            LabelledExample example;
            try
            {
                example = fields.Example(Example(values, i, fields.Spec.Columns), labels.Value(i, 0).ToString(CultureInfo.InvariantCulture), part, origin);
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException($"{name}, {origin}: {e.Message}", e);
            }

            yield return example;
        }
    }

    private static string? Problem(IdxFile values, NetworkSpec spec)
    {
        var shape = string.Join(" x ", values.Sizes);
        return spec.Network.Kind switch
        {
            NetworkKind.Convolutional when !values.IsBytes => "its values are no bytes, expected type 08 for images",
            NetworkKind.Convolutional when values.Sizes.Count < 3 || (values.Sizes.Count == 4 && values.Sizes[3] is not (1 or 3)) || values.Sizes[1] > 65_535 || values.Sizes[2] > 65_535 =>
                $"it is {shape}, expected examples x height x width, or x 1 or 3 channels behind that",
            NetworkKind.Recurrent when values.Sizes.Count is < 2 or > 3 => $"it is {shape}, expected examples x steps x numbers",
            NetworkKind.Dense when values.Width != spec.Columns.Count || spec.Columns.Any(column => column.Kind != ColumnKind.Number) =>
                $"it has {values.Width} numbers an example, expected {spec.Columns.Count} as the spec has columns, each of kind Number",
            NetworkKind.Text => "it holds numbers, expected texts where network.kind is Text",
            _ => null,
        };
    }

    private static Dictionary<string, ExampleValue> Example(IdxFile values, int example, IReadOnlyList<ColumnSettings> columns)
    {
        var read = new Dictionary<string, ExampleValue>(columns.Count, StringComparer.Ordinal);
        if (columns[0].Kind == ColumnKind.Number)
        {
            for (var i = 0; i < columns.Count; i++) read.Add(columns[i].Name, new ExampleValue.Number(Finite(values, example, i)));
        }
        else if (columns[0].Kind == ColumnKind.Image)
        {
            var isColour = values.Sizes.Count == 4 && values.Sizes[3] == 3;
            read.Add(columns[0].Name, new ExampleValue.Image(PngEncoder.Encode(values.Bytes(example), values.Sizes[2], values.Sizes[1], isColour)));
        }
        else
        {
            var steps = new float[values.Width];
            for (var i = 0; i < steps.Length; i++) steps[i] = (float)Finite(values, example, i);
            read.Add(columns[0].Name, new ExampleValue.Vectors(steps, values.Sizes.Count == 3 ? values.Sizes[2] : 1));
        }

        return read;
    }

    private static double Finite(IdxFile values, int example, int place) => values.Value(example, place) is var value && float.IsFinite((float)value)
        ? value
        : throw new InvalidDataException($"value {place} is {value.ToString(CultureInfo.InvariantCulture)}, expected a finite number.");

    private static byte[] Unfold(string name, ExampleFile file, ExampleLimits limits)
    {
        var bytes = file.Read(limits.MostUnfoldedBytes);
        if (bytes is not [0x1f, 0x8b, ..]) return bytes;
        try
        {
            using var stream = new GZipStream(new MemoryStream(bytes, writable: false), CompressionMode.Decompress);
            return BoundedRead.All(stream, $"{name}, {file.Name}", limits.MostUnfoldedBytes, 0);
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith(name, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{name}, {file.Name}: the compressed data is damaged: {e.Message}", e);
        }
    }

    // "train-images-idx3-ubyte.gz" and "train-labels-idx1-ubyte" are both of "train".
    private static (string Stem, bool IsLabels)? PairOf(string name)
    {
        foreach (var word in (string[])[Values, Labels])
        {
            var at = name.LastIndexOf(word, StringComparison.OrdinalIgnoreCase);
            if (at >= 0) return (name[..at].TrimEnd('-', '_', '.'), word == Labels);
        }

        return null;
    }

    private static ExamplePart? PartOf(string stem)
    {
        var name = stem[(stem.LastIndexOf('/') + 1)..];
        if (name.StartsWith("train", StringComparison.OrdinalIgnoreCase)) return ExamplePart.Train;
        if (name.StartsWith("valid", StringComparison.OrdinalIgnoreCase)) return ExamplePart.Validation;
        return name.StartsWith("t10k", StringComparison.OrdinalIgnoreCase) || name.StartsWith("test", StringComparison.OrdinalIgnoreCase) ? ExamplePart.Test : null;
    }
}
