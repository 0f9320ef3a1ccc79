using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.Training.Tuning;

/// <summary>All that a tuning found.</summary>
internal sealed record TuningOutcome
{
    /// <summary>The data's shape, without what was left out.</summary>
    public required DataShape Shape { get; init; }

    /// <summary>The data's hash, without what was left out, and of what is held out.</summary>
    public required string Data { get; init; }

    /// <summary>Held-out users.</summary>
    public required int ValidationUsers { get; init; }

    /// <summary>What was drawn from.</summary>
    public required SearchSpace Space { get; init; }

    /// <summary>The rungs.</summary>
    public required HalvingPlan Plan { get; init; }

    /// <summary>All trials, by number.</summary>
    public required IReadOnlyList<Trial> Trials { get; init; }

    /// <summary>Trials that were trained, best first.</summary>
    public required IReadOnlyList<Trial> Ranked { get; init; }

    /// <summary>Every training.</summary>
    public required IReadOnlyCollection<FinishedTraining> Trainings { get; init; }

    /// <summary>Whose settings come out.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Trainings that were due and that there was no time for.</summary>
    public required int NotTrained { get; init; }

    /// <summary>Seconds that it took, over all commands.</summary>
    public required double Seconds { get; init; }

    /// <summary>The limit in seconds; null: there was none.</summary>
    public double? BudgetSeconds { get; init; }

    /// <summary>The preset's settings.</summary>
    public TrainingSettings Preset => Trials[0].Settings;

    /// <summary>The training of a trial in a rung, or null.</summary>
    public FinishedTraining? Of(Trial trial, int rung) => Trainings.FirstOrDefault(training => training.Trial == trial.Number && training.Rung == rung);
}
