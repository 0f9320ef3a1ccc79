using Microsoft.Extensions.Logging;

namespace Recsys.Serving.Models;

/// <summary>Runs <c>recsys-train tune</c> on an exported training set: no store is needed any more, so that none is held for the hours that it may take.</summary>
/// <param name="trainerPath">The trainer's program; empty: the one beside this program.</param>
/// <param name="loggers">Where to log to.</param>
public sealed class Tuning(string trainerPath, ILoggerFactory loggers)
{
    private readonly TrainerProcess _trainer = new(trainerPath, loggers.CreateLogger<Tuning>());

    /// <summary>Makes sure that there is a trainer.</summary>
    /// <exception cref="EngineException">FailedPrecondition: TRAINER_MISSING.</exception>
    public void CheckTrainer() => _trainer.Locate();

    /// <summary>Tunes. The last element's <c>Table</c> is set; cancelling ends the child, and the same call goes on from the state folder.</summary>
    /// <param name="trainingSet">The training set's folder.</param>
    /// <param name="state">The folder that the trainer keeps everything in.</param>
    /// <param name="options">The trainer's further words.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EngineException">FailedPrecondition: TRAINER_MISSING, or TRAINING_FAILED with the trainer's own message.</exception>
    public IAsyncEnumerable<(TrainingProgress? Progress, TuningResult? Result)> RunAsync(
        string trainingSet, string state, IReadOnlyList<string> options, CancellationToken cancellationToken) =>
        ProgressStream.RunAsync(
            async (progress, stop) =>
            {
                await _trainer.RunAsync(["tune", "--training-set", trainingSet, "--state", state, "--progress", "json", .. options], progress, stop);
                return new TuningResult(
                    await File.ReadAllTextAsync(Path.Combine(state, "outcome.txt"), stop), await File.ReadAllTextAsync(Path.Combine(state, "report.json"), stop));
            },
            cancellationToken);
}
