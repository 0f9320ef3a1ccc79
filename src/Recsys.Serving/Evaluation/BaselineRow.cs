namespace Recsys.Serving.Evaluation;

/// <summary>A simple recommender of an evaluation.</summary>
/// <param name="Name">What its row is called.</param>
/// <param name="Fit">Learns from the training part.</param>
internal sealed record BaselineRow(string Name, Func<BaselineData, CancellationToken, CaseScorer.Score> Fit)
{
    /// <summary>Why it can't learn from this data, or null.</summary>
    public Func<BaselineData, string?> Problem { get; init; } = static _ => null;
}
