namespace Recsys.Serving.Experiments;

/// <summary>What a write came to.</summary>
/// <param name="Experiment">The experiment as it is now; of a deletion as it was.</param>
/// <param name="Created">There was none before.</param>
/// <param name="ReplicasPending">So many other replicas hadn't taken it over when the time was up.</param>
public sealed record ExperimentWritten(Experiment Experiment, bool Created, int ReplicasPending);
