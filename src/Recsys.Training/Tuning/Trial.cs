using System.Text.Json.Nodes;
using Recsys.Training.Session;

namespace Recsys.Training.Tuning;

/// <summary>A choice of settings that is tried.</summary>
/// <param name="Number">From 0, which is the preset.</param>
/// <param name="Values">What was drawn, by dotted names; empty: the preset.</param>
/// <param name="Settings">The whole settings.</param>
internal sealed record Trial(int Number, JsonObject Values, TrainingSettings Settings)
{
    /// <summary>The trial that everything is compared with.</summary>
    public bool IsPreset => Number == 0;

    /// <summary>What differs from the preset, for people.</summary>
    public string Describe(TrainingSettings preset)
    {
        if (IsPreset)
            return "the preset";
        var usual = TunedSettings.Flat(preset);
        return string.Join(", ", TunedSettings.Flat(Settings)
            .Where(setting => setting.Value != usual.GetValueOrDefault(setting.Key))
            .Select(setting => $"{setting.Key[(setting.Key.LastIndexOf('.') + 1)..]} {setting.Value}"));
    }
}
