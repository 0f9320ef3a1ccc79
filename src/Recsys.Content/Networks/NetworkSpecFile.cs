using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Recsys.Content.Preprocessing;

namespace Recsys.Content.Networks;

/// <summary>
/// A spec as people write it: JSON with the names of an artefact's manifest, where what isn't said is the default, and what isn't known is an error.
/// </summary>
public static class NetworkSpecFile
{
    private const long MostBytes = 4 << 20;

    // A name that is given twice is an error, not whichever comes last.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Reads one.</summary>
    /// <exception cref="InvalidDataException">It isn't there or isn't valid; the message says which field, its value, and what was expected.</exception>
    public static NetworkSpec Read(string path)
    {
        if (!File.Exists(path)) throw new InvalidDataException($"{path} does not exist, expected a spec in JSON.");
        var length = new FileInfo(path).Length;
        if (length > MostBytes) throw new InvalidDataException($"{path} has {length} bytes, expected at most {MostBytes}.");
        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>Parses one.</summary>
    /// <param name="json">A JSON object, e.g. {"columns": [{"name": "title", "kind": "Text"}], "target": "genre", "network": {"kind": "Text"}}.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">It isn't valid; the message says which field, its value, and what was expected.</exception>
    public static NetworkSpec Parse(string json, string name)
    {
        JsonObject given;
        try
        {
            given = JsonNode.Parse(json, documentOptions: Strict) as JsonObject ?? throw new InvalidDataException($"{name} is no JSON object, expected one with columns, target and network.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{name} is not JSON: {e.Message}", e);
        }

        var columns = List(name, given, "columns").Select((column, i) => Over(name, $"columns[{i}].", column, new ColumnSettings { Name = "" }, ContentJson.Default.ColumnSettings)).ToList();
        given.Remove("columns");
        var network = given["network"] as JsonObject ?? throw new InvalidDataException($"{name}: network is missing, expected an object such as {{\"kind\": \"Dense\"}}.");
        given.Remove("network");
        ConvolutionLayer[]? convolutions = null;
        if (network.ContainsKey("convolutions"))
        {
            convolutions = [.. List(name, network, "convolutions").Select((layer, i) =>
                Over(name, $"network.convolutions[{i}].", layer, new ConvolutionLayer(), ContentJson.Default.ConvolutionLayer))];
            network.Remove("convolutions");
        }

        var settings = Over(name, "network.", network, new NetworkSettings(), ContentJson.Default.NetworkSettings);
        if (convolutions is not null) settings = settings with { Convolutions = convolutions };
        var spec = Over(name, "", given, new NetworkSpec { Columns = [], Target = "", Network = new() }, ContentJson.Default.NetworkSpec);
        spec = spec with { Columns = columns, Network = settings };
        return spec.Problem() is { } problem ? throw new InvalidDataException($"{name}: {problem}.") : spec;
    }

    private static IEnumerable<JsonNode?> List(string name, JsonObject parent, string property) =>
        parent[property] as JsonArray ?? throw new InvalidDataException($"{name}: {property} is {parent[property]?.ToJsonString() ?? "missing"}, expected an array of objects.");

    private static T Over<T>(string name, string prefix, JsonNode? given, T defaults, JsonTypeInfo<T> type)
    {
        if (given is not JsonObject fields) throw new InvalidDataException($"{name}: {prefix.TrimEnd('.')} is {given?.ToJsonString() ?? "null"}, expected an object.");
        var known = type.Properties.Where(property => property.Set is not null).ToDictionary(property => property.Name, StringComparer.Ordinal);
        var merged = JsonSerializer.SerializeToNode(defaults, type)!.AsObject();
        foreach (var (field, value) in fields)
        {
            if (!known.TryGetValue(field, out var property))
            {
                throw new InvalidDataException($"{name}: {prefix}{field} is unknown, expected one of {string.Join(", ", known.Keys.Order(StringComparer.Ordinal))}.");
            }

            var isEnum = (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType).IsEnum;
            // MEAN_SQUARED_ERROR, as the contract says it, is MeanSquaredError.
            merged[field] = isEnum && value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>().Replace("_", "", StringComparison.Ordinal) : value?.DeepClone();
        }

        try
        {
            return merged.Deserialize(type)!;
        }
        catch (JsonException e)
        {
            var field = e.Path?.Replace("$.", "", StringComparison.Ordinal) ?? "";
            var found = merged.TryGetPropertyValue(field, out var value) ? value?.ToJsonString() ?? "null" : "as it is";
            var expected = known.TryGetValue(field, out var property) ? Expected(property.PropertyType) : "another value";
            throw new InvalidDataException($"{name}: {prefix}{field} is {found}, expected {expected}.", e);
        }
    }

    private static string Expected(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum) return $"one of {string.Join(", ", Enum.GetNames(type))}";
        if (type == typeof(bool)) return "true or false";
        if (type == typeof(string)) return "a text";
        return type.IsPrimitive ? type == typeof(float) || type == typeof(double) ? "a number" : "a whole number" : "an array of whole numbers";
    }
}
