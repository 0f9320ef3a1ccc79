namespace Recsys.Inference.Evaluation.Baselines;

/// <summary>A simple recommender that a model must beat to be worth its cost. Immutable and thread-safe once fitted.</summary>
public interface IBaseline
{
    /// <summary>What it is called in reports.</summary>
    string Name { get; }

    /// <summary>Scores every item as the next one after a history.</summary>
    /// <param name="history">Dense ids, oldest first; may be empty.</param>
    /// <param name="scores">One a dense id, all overwritten; higher is better.</param>
    void Score(ReadOnlySpan<int> history, Span<float> scores);
}
