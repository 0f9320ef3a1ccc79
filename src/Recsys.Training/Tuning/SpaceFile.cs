using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Recsys.Training.Session;

namespace Recsys.Training.Tuning;

/// <summary>Reads a space: a JSON object of dotted setting names, each with a list of values or a range. Whatever is wrong is said with the name of the setting.</summary>
internal static class SpaceFile
{
    private const string Example = """{"learning_rate": {"from": 0.0005, "to": 0.01, "scale": "log"}, "network.hidden_size": [64, 128]}""";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="preset">Settings that the values are laid over, to see whether they can be.</param>
    /// <exception cref="TrainingException">It can't be read, or says something that no space does; the message says where and what is expected.</exception>
    public static SearchSpace Read(string path, TrainingSettings preset)
    {
        try
        {
            return Parse(path, File.ReadAllText(path), preset);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException(e.Message);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="path">What messages call it.</param>
    /// <param name="text">The JSON.</param>
    /// <param name="preset">Settings that the values are laid over, to see whether they can be.</param>
    /// <exception cref="TrainingException">It is no space; the message says where and what is expected.</exception>
    public static SearchSpace Parse(string path, string text, TrainingSettings preset)
    {
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(text, documentOptions: SettingsFile.Strict);
        }
        catch (JsonException e)
        {
            throw new TrainingException($"{path}: {e.Message.ReplaceLineEndings(" ")}");
        }
        if (node is not JsonObject given || given.Count == 0)
            throw new TrainingException($"{path} is no JSON object with settings to tune; expected e.g. {Example}");
        return new SearchSpace([.. given.Select(setting => Check(path, Read(path, setting.Key, setting.Value), preset))]);
    }

    private static Dimension Read(string path, string name, JsonNode? value)
    {
        if (!TunedSettings.Tunable.TryGetValue(name, out var type))
            throw new TrainingException($"{path}: {name} is no setting that can be tuned; there are {string.Join(", ", TunedSettings.Tunable.Keys)}");
        return value switch
        {
            JsonArray { Count: 0 } => throw Wrong(path, name, "has no values", "at least one"),
            JsonArray choices => new Dimension { Name = name, Choices = [.. choices.Select(choice => Value(path, name, type, choice))] },
            JsonObject when type == typeof(bool) => throw Wrong(path, name, "is a range", "a list of true and false"),
            JsonObject range => Range(path, name, type, range),
            _ => throw Wrong(path, name, $"is {Shown(value)}", """a list of values, e.g. [1, 2], or a range, e.g. {"from": 1, "to": 2, "scale": "log"}"""),
        };
    }

    private static Dimension Range(string path, string name, Type type, JsonObject range)
    {
        foreach (var (part, _) in range)
            if (part is not ("from" or "to" or "scale"))
                throw new TrainingException($"{path}: {name}.{part} is no part of a range; there are from, to, scale");
        var from = Number(path, $"{name}.from", type, range["from"]);
        var to = Number(path, $"{name}.to", type, range["to"]);
        var scale = range.ContainsKey("scale") ? range["scale"] : "linear";
        var log = Shown(scale) switch
        {
            "\"linear\"" => false,
            "\"log\"" => true,
            var other => throw Wrong(path, $"{name}.scale", $"is {other}", "\"linear\" or \"log\""),
        };
        if (!(from < to))
            throw Wrong(path, name, Invariant($"goes from {from} to {to}"), "from the lower to the higher");
        if (log && from <= 0)
            throw Wrong(path, $"{name}.from", Invariant($"is {from}"), "more than 0 on a logarithmic scale");
        return new Dimension { Name = name, From = from, To = to, Log = log, Whole = type != typeof(double) };
    }

    private static JsonNode Value(string path, string name, Type type, JsonNode? value)
    {
        if (type == typeof(bool))
            return value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? value.DeepClone() : throw Wrong(path, name, $"is {Shown(value)}", "true or false");
        var number = Number(path, name, type, value);
        return type == typeof(double) ? number : (int)number;
    }

    private static double Number(string path, string name, Type type, JsonNode? value)
    {
        var number = value?.GetValueKind() == JsonValueKind.Number ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : double.NaN;
        var fits = type == typeof(double) ? double.IsFinite(number) : number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue;
        return fits ? number : throw Wrong(path, name, $"is {Shown(value)}", type == typeof(double) ? "a number" : "a whole number");
    }

    private static Dimension Check(string path, Dimension dimension, TrainingSettings preset)
    {
        foreach (var value in dimension.Extremes())
            if (SearchSpace.Lay(new JsonObject { [dimension.Name] = value.DeepClone() }, preset).Problem() is { } problem)
                throw new TrainingException($"{path}: {problem}");
        return dimension;
    }

    private static TrainingException Wrong(string path, string name, string what, string expected) => new($"{path}: {name} {what}, expected {expected}");

    private static string Shown(JsonNode? value) => value?.ToJsonString() ?? "missing or null";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
