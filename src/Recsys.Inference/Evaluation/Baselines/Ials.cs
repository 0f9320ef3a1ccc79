using Recsys.Inference.Kernels;
using Recsys.Inference.Matrices;

namespace Recsys.Inference.Evaluation.Baselines;

/// <summary>
/// Implicit alternating least squares (Hu, Koren and Volinsky, ICDM 2008) as Rendle, Krichene, Zhang and Koren ("Revisiting the performance of iALS on item
/// recommendation benchmarks", RecSys 2022, eq. 1 to 3) recommend it: every unobserved pair has weight alpha0, and the regularisation of a user grows with
/// the number of its items plus alpha0 times all items, to the power nu; of an item likewise. Each observed pair has a confidence, 1 if none is given. A
/// history is folded in: its vector is the least-squares solution, then scores are dot products. Deterministic, whatever the number of threads.
/// </summary>
public sealed class Ials : IBaseline
{
    private readonly float[] _items;
    private readonly float[] _gram;
    private readonly IalsOptions _options;
    private readonly int _count;

    private Ials(float[] items, int count, IalsOptions options) =>
        (_items, _count, _options, _gram) = (items, count, options, Gram(items, count, options));

    /// <inheritdoc/>
    public string Name => "iALS";

    /// <summary>Trains the item vectors.</summary>
    /// <param name="sequences">Each user's dense ids; a repeat adds its confidence. Users and items without any get zero vectors.</param>
    /// <param name="itemCount">Dense ids are below this.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <param name="confidences">The weight of each interaction, above 0 (1 + log(1 + hours), say); null for 1.</param>
    /// <param name="cancel">Ends the work early, between passes.</param>
    public static Ials Fit(
        IReadOnlyList<int[]> sequences, int itemCount, IalsOptions? options = null, IReadOnlyList<float[]>? confidences = null, CancellationToken cancel = default)
    {
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(itemCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Dimensions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Dimensions, 1024);
        var byUser = sequences.Select((sequence, user) => (Other: sequence, Weights: confidences?[user])).ToArray();
        var byItem = Transpose(sequences, confidences, itemCount);
        var d = options.Dimensions;
        var items = new float[itemCount * d];
        var users = new float[sequences.Count * d];
        var random = new Random(options.Seed);
        for (var i = 0; i < items.Length; i++) items[i] = (float)(Normal(random) * options.InitialScale / Math.Sqrt(d));
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            cancel.ThrowIfCancellationRequested();
            Solve(byUser, items, itemCount, users, options);
            Solve(byItem, users, sequences.Count, items, options);
        }

        return new(items, itemCount, options);
    }

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<int> history, Span<float> scores) => Score(history, [], scores);

    /// <summary>As with confidences of 1.</summary>
    /// <param name="history">Dense ids, in any order.</param>
    /// <param name="confidences">One an interaction, above 0; empty for 1.</param>
    /// <param name="scores">(N), overwritten; an empty history scores everything 0.</param>
    public void Score(ReadOnlySpan<int> history, ReadOnlySpan<float> confidences, Span<float> scores)
    {
        var d = _options.Dimensions;
        Span<float> user = stackalloc float[d];
        user.Clear();
        if (!history.IsEmpty) Solve(history, confidences, _items, _count, _gram, user, new float[d * d], _options);
        Dot.Rows(_items, user, scores);
    }

    private static void Solve((int[] Other, float[]? Weights)[] rows, float[] factors, int factorCount, float[] solved, IalsOptions options)
    {
        var d = options.Dimensions;
        var gram = Gram(factors, factorCount, options);
        Parallel.For(0, rows.Length, () => new float[d * d], (row, _, matrix) =>
        {
            var x = solved.AsSpan(row * d, d);
            x.Clear();
            if (rows[row].Other.Length > 0) Solve(rows[row].Other, rows[row].Weights, factors, factorCount, gram, x, matrix, options);
            return matrix;
        }, _ => { });
    }

    // (alpha0 F'F + sum of w f f' + lambda (n + alpha0 N)^nu I) x = sum of w f.
    private static void Solve(
        ReadOnlySpan<int> others, ReadOnlySpan<float> weights, float[] factors, int factorCount, float[] gram, Span<float> x, float[] matrix, IalsOptions options)
    {
        var d = options.Dimensions;
        gram.CopyTo(matrix, 0);
        for (var i = 0; i < others.Length; i++)
        {
            var factor = factors.AsSpan(others[i] * d, d);
            var weight = weights.IsEmpty ? 1 : weights[i];
            for (var row = 0; row < d; row++)
            {
                // Up to the diagonal, in whole lanes.
                var lanes = Math.Min(d, (row + Sixteen.Lanes) / Sixteen.Lanes * Sixteen.Lanes);
                Axpy.Add(matrix.AsSpan(row * d, lanes), factor, weight * factor[row]);
            }

            Axpy.Add(x, factor, weight);
        }

        var ridge = options.Regularisation * MathF.Pow(others.Length + (options.UnobservedWeight * factorCount), options.FrequencyPower);
        for (var row = 0; row < d; row++) matrix[(row * d) + row] += ridge;
        Cholesky.Solve(matrix, d, x);
    }

    private static float[] Gram(float[] factors, int count, IalsOptions options)
    {
        var d = options.Dimensions;
        var gram = new float[d * d];
        var view = new MatrixView(factors, count, d);
        MatrixProduct.Add(view.Transposed, view, new(gram, d, d), 1);
        for (var i = 0; i < gram.Length; i++) gram[i] *= options.UnobservedWeight;
        return gram;
    }

    private static (int[] Other, float[]? Weights)[] Transpose(IReadOnlyList<int[]> sequences, IReadOnlyList<float[]>? confidences, int itemCount)
    {
        var (users, weights) = (new List<int>[itemCount], new List<float>[itemCount]);
        for (var i = 0; i < itemCount; i++) (users[i], weights[i]) = ([], []);
        for (var user = 0; user < sequences.Count; user++)
        {
            for (var i = 0; i < sequences[user].Length; i++)
            {
                users[sequences[user][i]].Add(user);
                if (confidences is not null) weights[sequences[user][i]].Add(confidences[user][i]);
            }
        }

        return [.. users.Zip(weights, (u, w) => (u.ToArray(), confidences is null ? null : w.ToArray()))];
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
