namespace Recsys.Serving.Models;

/// <summary>How a training went.</summary>
/// <param name="Name">Whose.</param>
/// <param name="Epochs">In order.</param>
public sealed record TrainingCurve(string Name, IReadOnlyList<TrainingEpoch> Epochs);
