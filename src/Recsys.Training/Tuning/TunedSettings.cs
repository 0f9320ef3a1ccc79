using System.Text.Json;
using System.Text.Json.Nodes;
using Recsys.Training.Session;

namespace Recsys.Training.Tuning;

/// <summary>
/// The part of a training's settings that tuning is about: what belongs to the data. Not what belongs to a run (seed), to a machine (threads, precision), or to what
/// is done beside and after the network (partners, averaging, training again on all interactions).
/// </summary>
internal static class TunedSettings
{
    private static readonly string[] OfARun = ["epochs_to_run", "rules", "neighbours", "refit", "seed", "threads", "bfloat16"];

    /// <summary>What the network's settings have besides its sizes: partners, and how many are averaged; a trial is one of them, alone.</summary>
    private static readonly string[] OfTheNetwork = ["members", "rules_weight", "rules_scale", "neighbours_weight"];

    /// <summary>What trials must have in common, or they couldn't be compared, or what rungs decide.</summary>
    private static readonly string[] Common = ["epochs", "validate_every", "mask_own_items"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Every setting that a space may have, by its dotted name, and its type.</summary>
    public static IReadOnlyDictionary<string, Type> Tunable { get; } = Names();

    /// <summary>As a settings file has them.</summary>
    public static JsonObject Json(TrainingSettings settings)
    {
        var json = JsonSerializer.SerializeToNode(settings, SettingsJson.Default.TrainingSettings)!.AsObject();
        foreach (var name in OfARun)
            json.Remove(name);
        foreach (var name in OfTheNetwork)
            json["network"]!.AsObject().Remove(name);
        return json;
    }

    /// <summary>As a settings file has them, one line.</summary>
    public static string Text(TrainingSettings settings) => Json(settings).ToJsonString();

    /// <summary>As the text of a settings file for people.</summary>
    public static string File(TrainingSettings settings) => Json(settings).ToJsonString(Indented) + "\n";

    /// <summary>By dotted names, each as JSON.</summary>
    public static Dictionary<string, string> Flat(TrainingSettings settings)
    {
        var flat = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Json(settings))
        {
            if (value is not JsonObject inner)
            {
                flat[name] = value!.ToJsonString();
                continue;
            }
            foreach (var (part, innerValue) in inner)
                flat[$"{name}.{part}"] = innerValue!.ToJsonString();
        }
        return flat;
    }

    private static Dictionary<string, Type> Names()
    {
        var names = new Dictionary<string, Type>(StringComparer.Ordinal);
        foreach (var property in SettingsJson.Default.TrainingSettings.Properties)
            if (property.Name != "network" && !OfARun.Contains(property.Name) && !Common.Contains(property.Name))
                names[property.Name] = property.PropertyType;
        foreach (var property in SettingsJson.Default.SessionSettings.Properties)
            if (!property.IsExtensionData && !OfTheNetwork.Contains(property.Name))
                names[$"network.{property.Name}"] = property.PropertyType;
        return names;
    }
}
