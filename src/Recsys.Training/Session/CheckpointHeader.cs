namespace Recsys.Training.Session;

/// <summary>The head of a checkpoint's file.</summary>
internal sealed record CheckpointHeader(string Purpose, int Epoch, int Steps, int Weights, int Losses, ValidatedEpoch Last, ValidatedEpoch? Best, int BestWeights, double Seconds);
