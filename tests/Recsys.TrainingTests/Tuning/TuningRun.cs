using System.Text.Json.Nodes;
using Recsys.Training.Progress;
using Recsys.Training.Session;
using Recsys.Training.Tuning;
using Recsys.Training.Windows;
using Recsys.TrainingTests.Session;

namespace Recsys.TrainingTests.Tuning;

/// <summary>Tunings of a second: tiny networks on chains of items.</summary>
internal sealed class TuningRun
{
    public const string Space = """{"learning_rate": {"from": 0.001, "to": 0.05, "scale": "log"}, "network.hidden_size": [8, 16, 24], "block_dropout": {"from": 0, "to": 0.4}}""";

    public InteractionLog Log { get; init; } = SampleLogs.Chains(users: 60, items: 30, length: 15, seed: 1);

    public TrainingSettings Preset { get; init; } = SampleSettings.Tiny with { Epochs = 3, Threads = 2 };

    public string SpaceJson { get; init; } = Space;

    public int Trials { get; init; } = 5;

    public long Seed { get; init; } = 1;

    public TimeSpan? Limit { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public TuningOutcome Run(string folder, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var state = TuningState.Open(folder);
        var request = new TuningRequest
        {
            Shape = DataShape.Of(Log),
            Preset = Preset with { Seed = Seed },
            Space = SpaceFile.Parse("space.json", SpaceJson, Preset),
            Trials = Trials == 0 ? null : Trials,
            Seed = Seed,
        };
        return new Tuner(Log, request, state, new TuningBudget(Limit, Time), progress ?? new ProgressList(), Time, TextWriter.Null).Run(cancellation);
    }

    /// <summary>The report without times.</summary>
    public static string Report(TuningOutcome outcome) => WithoutTimes(TuningReport.Write(outcome, leaveOut: 0, DateTimeOffset.UnixEpoch));

    /// <summary>A report's JSON without times, and without how much was left out to come to the data.</summary>
    public static string WithoutTimes(string report)
    {
        var json = JsonNode.Parse(report)!;
        Strip(json);
        return json.ToJsonString();
    }

    private static void Strip(JsonNode? node)
    {
        if (node is JsonObject entries)
        {
            foreach (var name in entries.Select(entry => entry.Key).Where(name => name is "created" or "leave_out" || name.Contains("seconds", StringComparison.Ordinal)).ToArray())
                entries.Remove(name);
            foreach (var (_, value) in entries)
                Strip(value);
        }
        else if (node is JsonArray array)
        {
            foreach (var value in array)
                Strip(value);
        }
    }
}
