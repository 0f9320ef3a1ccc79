using Recsys.Inference.Evaluation;

namespace Recsys.Serving.Models;

/// <summary>One way to put removed items in order.</summary>
/// <param name="Name">Which.</param>
/// <param name="Recall">Of the removed items that a user played, the mean share among the first 20.</param>
/// <param name="Gain">What the first row has more than this one.</param>
public sealed record ColdRow(string Name, double Recall, DifferenceInterval Gain);
