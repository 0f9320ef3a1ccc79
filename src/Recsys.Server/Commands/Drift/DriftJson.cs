using System.Text.Json;

namespace Recsys.Server.Commands.Drift;

/// <summary>What `recsys drift` measured, as JSON.</summary>
internal static class DriftJson
{
    /// <summary>Writes it.</summary>
    public static void Write(Utf8JsonWriter json, DriftResult result, DriftRun on, DriftRun off, double seconds)
    {
        json.WriteStartObject();
        json.WriteNumber("seconds", Math.Round(seconds, 1));
        foreach (var (name, fromDay) in new[] { ("all_days", 0), ("second_half", result.On.Count / 2) })
        {
            var difference = result.Difference(fromDay);
            json.WriteStartObject(name);
            json.WriteNumber("play_rate_on", Round(DriftResult.Rate(result.On.Skip(fromDay))));
            json.WriteNumber("play_rate_off", Round(DriftResult.Rate(result.Off.Skip(fromDay))));
            json.WriteNumber("difference", Round(difference.Mean));
            json.WriteNumber("low", Round(difference.Low));
            json.WriteNumber("high", Round(difference.High));
            json.WriteEndObject();
        }

        Write(json, "on", result.On, on);
        Write(json, "off", result.Off, off);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<DriftDay> days, DriftRun run)
    {
        json.WriteStartObject(name);
        json.WriteNumber("training_seconds", Math.Round(run.TrainingSeconds, 1));
        json.WriteStartArray("trainings");
        foreach (var training in run.Trainings) json.WriteStringValue(training);
        json.WriteEndArray();
        json.WriteStartArray("days");
        for (var i = 0; i < days.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("day", i + 1);
            json.WriteNumber("lists", days[i].Lists.Sum());
            json.WriteNumber("plays", days[i].Plays.Sum());
            json.WriteNumber("play_rate", Round(days[i].PlayRate));
            json.WriteString("model", days[i].Model);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static double Round(double value) => Math.Round(value, 5);
}
