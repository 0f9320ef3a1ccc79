using System.Collections.Concurrent;
using Recsys.Inference.Index;
using Recsys.Inference.Kernels;
using Recsys.Inference.Matrices;

namespace Recsys.Inference.Taste;

/// <summary>
/// The embedding recommender: item vectors of implicit alternating least squares, and the way from a history to a user's vector in the same space, which is a closed form: the solution that
/// a fit would have found for a user of that history. A score is the product of both vectors. Immutable, thread-safe.
/// </summary>
public sealed class TasteModel
{
    // Solvers are some tens of kilobytes of working memory; as many are kept as threads ever folded in at once.
    private readonly ConcurrentBag<TasteSolver> _solvers = [];
    private readonly float[] _gram;
    private readonly float[] _inverseNorms;

    /// <summary>A model of item vectors.</summary>
    /// <param name="items">(N, d), d being the options' dimensions.</param>
    /// <param name="options">Settings that it was fitted with.</param>
    public TasteModel(ItemVectors items, TasteOptions options)
    {
        if (options.Problem() is { } problem) throw new ArgumentException($"Setting {problem}.", nameof(options));
        ArgumentOutOfRangeException.ThrowIfNotEqual(items.Length, options.Dimensions, nameof(items));
        (Items, Options) = (items, options);
        _gram = TasteFit.Gram(items.Values.ToArray(), items.Count, options);
        _inverseNorms = new float[items.Count];
        for (var i = 0; i < _inverseNorms.Length; i++)
        {
            var norm = MathF.Sqrt(Dot.Of(items.Row(i), items.Row(i)));
            _inverseNorms[i] = norm > 0 ? 1 / norm : 0;
        }
    }

    /// <summary>The items' vectors, (N, d).</summary>
    public ItemVectors Items { get; }

    /// <summary>Settings that it was fitted with.</summary>
    public TasteOptions Options { get; }

    /// <summary>Items, N.</summary>
    public int ItemCount => Items.Count;

    /// <summary>Length of the vectors, d.</summary>
    public int Dimensions => Options.Dimensions;

    /// <summary>
    /// The vector of a user of this history: (alpha0 F'F + sum of w f f' + lambda (n + alpha0 N)^nu I)^-1 sum of w f, whatever the fit's block size.
    /// </summary>
    /// <param name="history">Dense ids, in any order; a repeat counts again.</param>
    /// <param name="confidences">One an interaction, above 0 (<see cref="TasteConfidence"/>); empty for 1.</param>
    /// <param name="user">(d), overwritten; of an empty history it is 0.</param>
    public void FoldIn(ReadOnlySpan<int> history, ReadOnlySpan<float> confidences, Span<float> user)
    {
        if (!_solvers.TryTake(out var solver)) solver = new(Options with { BlockSize = TasteOptions.MostDimensions });
        try
        {
            solver.Solve(history, confidences, Items.Values, _gram, user);
        }
        finally
        {
            _solvers.Add(solver);
            GC.KeepAlive(Items);
        }
    }

    /// <summary>All items' scores for a user.</summary>
    /// <param name="user">(d).</param>
    /// <param name="scores">(N), overwritten.</param>
    public void Score(ReadOnlySpan<float> user, Span<float> scores)
    {
        Dot.Rows(Items.Values, user, scores);
        GC.KeepAlive(Items);
    }

    /// <summary>All items' scores for a history; an empty one scores everything 0.</summary>
    /// <param name="history">As for <see cref="FoldIn"/>.</param>
    /// <param name="confidences">As for <see cref="FoldIn"/>.</param>
    /// <param name="scores">(N), overwritten.</param>
    public void Score(ReadOnlySpan<int> history, ReadOnlySpan<float> confidences, Span<float> scores)
    {
        Span<float> user = stackalloc float[Dimensions];
        FoldIn(history, confidences, user);
        Score(user, scores);
    }

    /// <summary>query += weight x the item's vector at length 1; an item without a vector adds nothing.</summary>
    internal void AddDirection(int item, float weight, Span<float> query)
    {
        Axpy.Add(query, Items.Row(item), weight * _inverseNorms[item]);
        GC.KeepAlive(Items);
    }

    /// <summary>scores[i] = query . item i's vector at length 1.</summary>
    internal void ScoreDirections(ReadOnlySpan<float> query, Span<float> scores)
    {
        Score(query, scores);
        Elementwise.Multiply(scores, _inverseNorms);
    }

    /// <summary>The cosine of two items' vectors, -1 to 1; 0 where one of them has none.</summary>
    public float CosineSimilarity(int first, int second)
    {
        var cosine = Math.Clamp(Dot.Of(Items.Row(first), Items.Row(second)) * _inverseNorms[first] * _inverseNorms[second], -1, 1);
        GC.KeepAlive(Items);
        return cosine;
    }
}
