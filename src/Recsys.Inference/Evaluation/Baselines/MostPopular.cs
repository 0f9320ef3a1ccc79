namespace Recsys.Inference.Evaluation.Baselines;

/// <summary>The items with the most interactions, the same for everyone.</summary>
public sealed class MostPopular : IBaseline
{
    private readonly float[] _counts;

    private MostPopular(float[] counts) => _counts = counts;

    /// <inheritdoc/>
    public string Name => "most popular";

    /// <summary>Counts interactions.</summary>
    /// <param name="sequences">Each user's dense ids, oldest first.</param>
    /// <param name="itemCount">Dense ids are below this.</param>
    public static MostPopular Fit(IReadOnlyList<int[]> sequences, int itemCount)
    {
        var counts = new float[itemCount];
        foreach (var sequence in sequences)
        {
            foreach (var item in sequence) counts[item]++;
        }

        return new(counts);
    }

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<int> history, Span<float> scores) => _counts.CopyTo(scores);
}
