using System.Text.Json;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;
using Recsys.Datasets;
using Recsys.Datasets.Reading;

namespace Recsys.Content.Examples;

/// <summary>Examples as one JSON object a line.</summary>
internal static class JsonExamples
{
    // A name that is given twice is an error, not whichever comes last.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    internal static IEnumerable<LabelledExample> Read(string path, ExampleFields fields, CancellationToken cancellation)
    {
        var name = Path.GetFileName(path);
        var file = new SourceFile(path, new ReadProgress(line => throw new InvalidDataException($"{name}, line {line.LineNumber}: {line.Reason}.")));
        var missing = fields.Spec.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var count = 0;
        foreach (var line in file.ReadText(latin1: false, cancellation))
        {
            var example = Example(name, line, fields);
            missing.ExceptWith(example.Values.Keys);
            count++;
            yield return example;
        }

        if (count == 0) throw new InvalidDataException($"{name} is empty, expected one JSON object a line.");
        if (missing.Count > 0) throw new InvalidDataException($"{name}: no example has '{missing.First()}', expected it in some: is its name another?");
    }

    private static LabelledExample Example(string name, TextLine line, ExampleFields fields)
    {
        var origin = $"line {line.Number}";
        try
        {
            using var json = JsonDocument.Parse(line.Text, Strict);
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw new InvalidDataException($"it is of type {json.RootElement.ValueKind}, expected a JSON object.");
            var values = new Dictionary<string, ExampleValue>(fields.Spec.Columns.Count, StringComparer.Ordinal);
            foreach (var column in fields.Spec.Columns)
            {
                if (json.RootElement.TryGetProperty(column.Name, out var element) && Value(column, element, fields) is { } value) values.Add(column.Name, value);
            }

            var part = fields.Spec.PartColumn is { Length: > 0 } named && json.RootElement.TryGetProperty(named, out var told) ? ExampleFields.Part(named, Text(named, told)) : null;
            if (!json.RootElement.TryGetProperty(fields.Spec.Target, out var target)) throw new InvalidDataException($"{fields.Spec.Target} is missing, expected {Expected(fields.Spec)}.");
            return target.ValueKind == JsonValueKind.Array && fields.Spec.Network.Task != NetworkTask.Number
                ? new(values, fields.Labels(target.EnumerateArray().Select(element => Text(fields.Spec.Target, element))), 0, part, origin)
                : fields.Example(values, Text(fields.Spec.Target, target), part, origin);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{name}, {origin}: it is not JSON: {e.Message}", e);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{name}, {origin}: {e.Message}", e);
        }
    }

    private static string Expected(NetworkSpec spec) => spec.Network.Task switch
    {
        NetworkTask.Number => "a finite number",
        NetworkTask.Labels => "an array of labels",
        _ => "one class",
    };

    private static ExampleValue? Value(ColumnSettings column, JsonElement element, ExampleFields fields)
    {
        if (element.ValueKind != JsonValueKind.Array) return fields.Value(column, Text(column.Name, element));
        if (column.Kind is ColumnKind.Number or ColumnKind.Image) throw new InvalidDataException($"{column.Name} is an array, expected one {column.Kind.ToString().ToLowerInvariant()}.");
        if (column.Kind != ColumnKind.Sequence || element.GetArrayLength() == 0 || element[0].ValueKind == JsonValueKind.String)
        {
            return new ExampleValue.Texts([.. element.EnumerateArray().Select(entry => Text(column.Name, entry))]);
        }

        return Vectors(column.Name, element);
    }

    // An array of numbers is a sequence of vectors of one value.
    private static ExampleValue.Vectors Vectors(string name, JsonElement steps)
    {
        var width = steps[0].ValueKind == JsonValueKind.Array ? steps[0].GetArrayLength() : 1;
        if (width == 0) throw new InvalidDataException($"{name}[0] is empty, expected at least one number a step.");
        var values = new List<float>(steps.GetArrayLength() * width);
        var i = 0;
        foreach (var step in steps.EnumerateArray())
        {
            var found = step.ValueKind == JsonValueKind.Array ? step.GetArrayLength() : 1;
            if (found != width) throw new InvalidDataException($"{name}[{i}] has {found} numbers, expected {width} as in the first step.");
            if (step.ValueKind != JsonValueKind.Array) values.Add(Float($"{name}[{i}]", step));
            else foreach (var number in step.EnumerateArray()) values.Add(Float($"{name}[{i}]", number));
            i++;
        }

        return new(values.ToArray(), width);
    }

    private static float Float(string name, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Number && element.TryGetSingle(out var number) && float.IsFinite(number)) return number;
        throw new InvalidDataException($"{name} is {ExampleFields.Cut(element.GetRawText())}, expected a finite number.");
    }

    private static string Text(string name, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.Object or JsonValueKind.Array => throw new InvalidDataException($"{name} is {ExampleFields.Cut(element.GetRawText())}, expected a text, a number, true, false or null."),
        _ => element.GetRawText(),
    };
}
