using Recsys.Inference.Matrices;

namespace Recsys.Inference.Taste;

/// <summary>
/// Implicit alternating least squares (Hu, Koren and Volinsky, ICDM 2008) as Rendle, Krichene, Zhang and Koren ("Revisiting the performance of iALS on item
/// recommendation benchmarks", RecSys 2022, eq. 1 to 3) recommend it: every unobserved pair has weight alpha0, and the regularisation of a user grows with
/// the number of its items plus alpha0 times all items, to the power nu; of an item likewise. Each observed pair has a confidence, 1 if none is given. Vectors are solved for whole or in blocks
/// (iALS++, Rendle et al. 2021), on all processors. Deterministic, whatever the number of threads.
/// </summary>
public static class TasteFit
{
    /// <summary>Fits the item vectors.</summary>
    /// <param name="sequences">Each user's dense ids; a repeat adds its confidence. Users and items without any get zero vectors.</param>
    /// <param name="itemCount">Dense ids are below this.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <param name="confidences">The weight of each interaction, above 0; null for 1.</param>
    /// <param name="start">Item vectors to start from, (N, d), of a model that was fitted before; null: random ones.</param>
    /// <param name="onPass">Called after each pass with its number from 1.</param>
    /// <param name="cancel">Ends the work early, between passes.</param>
    public static TasteModel Fit(
        IReadOnlyList<int[]> sequences, int itemCount, TasteOptions? options = null, IReadOnlyList<float[]>? confidences = null, float[]? start = null, Action<int>? onPass = null,
        CancellationToken cancel = default)
    {
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(itemCount, 1);
        if (options.Problem() is { } problem) throw new ArgumentException($"Setting {problem}.", nameof(options));
        var d = options.Dimensions;
        if (start is not null) ArgumentOutOfRangeException.ThrowIfNotEqual(start.Length, itemCount * d, nameof(start));
        var byUser = TasteRows.Of(sequences, confidences);
        var byItem = byUser.Transposed(itemCount);
        var items = start is null ? Random(itemCount * d, options) : [.. start];
        var users = new float[sequences.Count * d];
        for (var epoch = 1; epoch <= options.Epochs; epoch++)
        {
            cancel.ThrowIfCancellationRequested();
            Solve(byUser, items, itemCount, users, options);
            Solve(byItem, users, sequences.Count, items, options);
            onPass?.Invoke(epoch);
        }

        return new(new(items, d), options);
    }

    /// <summary>alpha0 F'F, (d, d).</summary>
    /// <param name="factors">(count, d).</param>
    /// <param name="count">Rows.</param>
    /// <param name="options">Settings.</param>
    internal static float[] Gram(float[] factors, int count, TasteOptions options)
    {
        var d = options.Dimensions;
        var gram = new float[d * d];
        var view = new MatrixView(factors, count, d);
        MatrixProduct.Add(view.Transposed, view, new(gram, d, d), 1);
        for (var i = 0; i < gram.Length; i++) gram[i] *= options.UnobservedWeight;
        return gram;
    }

    private static void Solve(TasteRows rows, float[] factors, int factorCount, float[] solved, TasteOptions options)
    {
        var d = options.Dimensions;
        var gram = Gram(factors, factorCount, options);
        Parallel.For(0, rows.Count, () => new TasteSolver(options), (row, _, solver) =>
        {
            solver.Solve(rows.OthersOf(row), rows.ConfidencesOf(row), factors, gram, solved.AsSpan(row * d, d));
            return solver;
        }, _ => { });
    }

    private static float[] Random(int count, TasteOptions options)
    {
        var random = new Random(options.Seed);
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = (float)(Normal(random) * options.InitialScale / Math.Sqrt(options.Dimensions));
        return values;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
