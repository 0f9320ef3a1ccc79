namespace Recsys.Serving.Experiments;

/// <summary>How far a report is.</summary>
/// <param name="Users">Users that are through.</param>
/// <param name="Events">Entries of the log that were read for them.</param>
public sealed record ExperimentProgress(long Users, long Events);
