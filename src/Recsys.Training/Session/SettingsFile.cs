using System.Text.Json;
using System.Text.Json.Nodes;

namespace Recsys.Training.Session;

/// <summary>Settings from a JSON file laid over those that the data's shape suggests: what a file doesn't name stays as it was. The names are those of an artefact's manifest.</summary>
internal static class SettingsFile
{
    /// <summary>Lays a file over settings.</summary>
    /// <param name="path">A JSON object, e.g. {"epochs": 20, "network": {"hidden_size": 192}}.</param>
    /// <param name="preset">What it's laid over.</param>
    /// <exception cref="TrainingException">The file can't be read, or names or holds something else than expected; the message says which field.</exception>
    public static TrainingSettings Over(string path, TrainingSettings preset)
    {
        try
        {
            var settings = JsonSerializer.SerializeToNode(preset, SettingsJson.Default.TrainingSettings)!.AsObject();
            Lay(path, JsonNode.Parse(File.ReadAllText(path)), settings, "");
            return settings.Deserialize(SettingsJson.Default.TrainingSettings)!;
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
