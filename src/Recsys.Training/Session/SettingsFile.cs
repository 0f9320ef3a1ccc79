using System.Text.Json;
using System.Text.Json.Nodes;

namespace Recsys.Training.Session;

/// <summary>Settings from a JSON file laid over those that the data's shape suggests: what a file doesn't name stays as it was. The names are those of an artefact's manifest.</summary>
internal static class SettingsFile
{
    /// <summary>A name that is given twice is an error, not whichever comes last.</summary>
    public static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Lays a file over settings.</summary>
    /// <param name="path">A JSON object, e.g. {"epochs": 20, "network": {"hidden_size": 192}}.</param>
    /// <param name="preset">What it's laid over.</param>
    /// <exception cref="TrainingException">The file can't be read, or names or holds something else than expected; the message says which field.</exception>
    public static TrainingSettings Over(string path, TrainingSettings preset)
    {
        try
        {
            return Over(path, JsonNode.Parse(File.ReadAllText(path), documentOptions: Strict), preset);
        }
        catch (JsonException e)
        {
            throw new TrainingException($"{path}: {e.Message.ReplaceLineEndings(" ")}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException(e.Message);
        }
    }

    /// <summary>Lays a JSON object over settings.</summary>
    /// <param name="path">What messages call it.</param>
    /// <param name="given">The object.</param>
    /// <param name="preset">What it's laid over.</param>
    /// <exception cref="TrainingException">It names or holds something else than expected; the message says what.</exception>
    public static TrainingSettings Over(string path, JsonNode? given, TrainingSettings preset)
    {
        var settings = SettingsOf(preset);
        Lay(path, given, settings, "");
        try
        {
            return settings.Deserialize(SettingsJson.Default.TrainingSettings)!;
        }
        catch (JsonException e)
        {
            var name = e.Path!.Replace("$.", "", StringComparison.Ordinal);
            throw new TrainingException($"{path}: {name} is {At(settings, name).ToJsonString()}; expected {Expected(At(settings, name), At(SettingsOf(preset), name))}");
        }
    }

    private static JsonObject SettingsOf(TrainingSettings settings) => JsonSerializer.SerializeToNode(settings, SettingsJson.Default.TrainingSettings)!.AsObject();

    private static JsonNode At(JsonObject settings, string name) => name.Split('.').Aggregate((JsonNode)settings, (node, part) => node[part]!);

    private static string Expected(JsonNode wrong, JsonNode right) => right.GetValueKind() switch
    {
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ when wrong.GetValueKind() == JsonValueKind.Number => $"a whole number that fits, e.g. {right}",
        _ => $"a number, e.g. {right}",
    };

    private static void Lay(string path, JsonNode? from, JsonObject onto, string prefix)
    {
        if (from is not JsonObject given)
            throw new TrainingException($"{path}: {(prefix.Length == 0 ? "the file" : prefix.TrimEnd('.'))} is no JSON object; expected e.g. {{\"epochs\": 20}}");
        foreach (var (name, value) in given)
        {
            if (!onto.TryGetPropertyValue(name, out var old))
                throw new TrainingException($"{path}: {prefix}{name} is no setting; there are {string.Join(", ", onto.Select(setting => prefix + setting.Key))}");
            if (old is JsonObject inner)
                Lay(path, value, inner, $"{prefix}{name}.");
            else
                onto[name] = value?.DeepClone() ?? throw new TrainingException($"{path}: {prefix}{name} is null");
        }
    }
}
