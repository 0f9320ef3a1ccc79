using Recsys.Training.Progress;

namespace Recsys.TrainingTests.Session;

/// <summary>Keeps all reports.</summary>
internal sealed class ProgressList : IProgress<TrainingProgress>
{
    public List<TrainingProgress> Reports { get; } = [];

    public Action<TrainingProgress>? OnReport { get; init; }

    public void Report(TrainingProgress value)
    {
        Reports.Add(value);
        OnReport?.Invoke(value);
    }
}
