namespace Recsys.Serving.Models;

/// <summary>The models of every namespace: training, artefacts, which one is live, and the way back.</summary>
public sealed class ModelRegistry
{
    /// <summary>Exports a training set, trains in a child process and registers the model. The last element's <c>Model</c> is set; cancelling ends the child.</summary>
    /// <exception cref="EngineException">FailedPrecondition (too few interactions; the trainer failed: its message), Aborted (one is running), Unavailable.</exception>
    public IAsyncEnumerable<(TrainingProgress? Progress, ModelRecord? Model)> TrainAsync(string ns, TrainingOptions options, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Evaluates on a split. The last element's <c>Report</c> is set.</summary>
    /// <exception cref="EngineException">As <see cref="TrainAsync"/>.</exception>
    public IAsyncEnumerable<(TrainingProgress? Progress, EvaluationReport? Report)> EvaluateAsync(
        string ns, EvaluationOptions options, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Reads the namespace's models, newest first.</summary>
    public ValueTask<IReadOnlyList<ModelRecord>> ListAsync(string ns, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Reads one model.</summary>
    /// <exception cref="EngineException">NotFound.</exception>
    public ValueTask<ModelRecord> GetAsync(string ns, string modelVersion, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Makes a model the live one.</summary>
    /// <exception cref="EngineException">NotFound, FailedPrecondition (the artefact doesn't pass its checks).</exception>
    public ValueTask<ModelRecord> ActivateAsync(string ns, string modelVersion, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Makes the model live that was live before.</summary>
    /// <exception cref="EngineException">FailedPrecondition (there was none).</exception>
    public ValueTask<ModelRecord> RollBackAsync(string ns, CancellationToken cancellationToken) => throw new NotImplementedException();
}
