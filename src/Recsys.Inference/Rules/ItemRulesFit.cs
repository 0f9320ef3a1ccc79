using Recsys.Inference.Matrices;

namespace Recsys.Inference.Rules;

/// <summary>
/// Fits <see cref="ItemRules"/> by ridge regression from the past of each split of a sequence to its future, in closed form (SLIST: Choi et al., WWW 2021;
/// its single-target form with time: TALE, Park et al., WSDM 2025; without order EASE, Steck, WWW 2019), or, above a number of items, by counting. No random
/// numbers; equal input gives equal bits, whatever the number of threads.
/// </summary>
public static class ItemRulesFit
{
    private const int BlockRows = 512;

    // n^2 must stay below 2^31.
    private const int MostDense = 46_000;

    /// <summary>Fits rules.</summary>
    /// <param name="sequences">
    /// Dense ids, oldest first. A sequence of one interaction has no split: it adds to the consistency part only. An item that nothing follows has no rules,
    /// one that occurs once has weak ones (ridge, shrinkage). None at all gives rules that reach nothing.
    /// </param>
    /// <param name="timesMs">A time for each interaction; equal times are gaps of zero, and the order given counts. Null where times are unknown.</param>
    /// <param name="itemCount">Dense ids are below this.</param>
    /// <param name="options">Settings.</param>
    /// <param name="cancel">Ends the work early, with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting, a dense id or the number of a sequence's times is out of range.</exception>
    public static ItemRules Fit(
        IReadOnlyList<int[]> sequences, IReadOnlyList<long[]>? timesMs, int itemCount, RulesOptions options, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(itemCount, 1);
        options.Check();
        var pairs = new SequencePairs(sequences, timesMs, itemCount, options);
        var rows = new RuleRows(itemCount, options.Targets);
        if (IsDense(itemCount, options)) FitDense(pairs, itemCount, options, rows, cancel);
        else FitCounts(pairs, itemCount, options, rows, cancel);
        return rows.Join(new(options.Decay, options.Window, timesMs is null ? 0 : options.TimeScaleMs, options.TimeFloor));
    }

    /// <summary>Whether so many items are solved in closed form.</summary>
    public static bool IsDense(int itemCount, RulesOptions options) => itemCount <= MostDense && 8L * itemCount * itemCount <= options.MaxDenseBytes;

    // B = P (M - diag(gamma)), P = (alpha X'X + (1 - alpha) S'S + L)^-1, M = alpha X'X + (1 - alpha) S'Y; gamma_j holds B_jj at most at xi (SLIST, eq. 13).
    private static void FitDense(SequencePairs pairs, int n, RulesOptions options, RuleRows rows, CancellationToken cancel)
    {
        var inverse = new float[(long)n * n];
        var target = options.Consistency < 1 ? new float[(long)n * n] : [];
        Parallel.For(
            0,
            n,
            new ParallelOptions { CancellationToken = cancel },
            () => new double[3 * n],
            (i, _, scratch) =>
            {
                Fill(pairs, i, n, options, scratch, inverse.AsSpan(i * n, n), target.Length == 0 ? [] : target.AsSpan(i * n, n));
                return scratch;
            },
            _ => { });
        SymmetricInverse.Invert(inverse, n, cancel);
        var scale = TargetScale(pairs, n, options);
        if (target.Length == 0) KeepEase(inverse, n, scale, rows, cancel);
        else KeepProduct(inverse, target, n, options.SelfWeight, scale, rows, cancel);
    }

    private static void Fill(SequencePairs pairs, int i, int n, RulesOptions options, double[] scratch, Span<float> matrix, Span<float> target)
    {
        Array.Clear(scratch);
        var gram = scratch.AsSpan(0, n);
        var next = scratch.AsSpan(n, n);
        var whole = scratch.AsSpan(2 * n, n);
        double alpha = options.Consistency;
        if (alpha < 1) pairs.AddOrdered(i, gram, next, []);
        if (alpha > 0) pairs.AddWhole(i, whole, []);
        for (var j = 0; j < n; j++) matrix[j] = (float)((alpha * whole[j]) + ((1 - alpha) * gram[j]));
        for (var j = 0; j < target.Length; j++) target[j] = (float)((alpha * whole[j]) + ((1 - alpha) * next[j]));
        matrix[i] = (matrix[i] * (1 + options.RelativeRidge)) + options.Ridge;
    }

    // With nothing but consistency and no weight for oneself: B_ij = -P_ij / P_jj (EASE, eq. 8), without the product.
    private static void KeepEase(float[] inverse, int n, float[] scale, RuleRows rows, CancellationToken cancel) =>
        Parallel.For(0, n, new ParallelOptions { CancellationToken = cancel }, i =>
        {
            var row = inverse.AsSpan(i * n, n).ToArray();
            for (var j = 0; j < n; j++) row[j] = i == j ? 0 : -row[j] / inverse[((long)j * n) + j] * scale[j];
            rows.Set(i, row);
        });

    private static void KeepProduct(float[] inverse, float[] target, int n, float self, float[] scale, RuleRows rows, CancellationToken cancel)
    {
        var gamma = new double[n];
        for (var k = 0; k < n; k++)
        {
            // The diagonal of P M, by P's symmetry.
            var p = inverse.AsSpan(k * n, n);
            var m = target.AsSpan(k * n, n);
            for (var j = 0; j < n; j++) gamma[j] += (double)p[j] * m[j];
        }

        for (var j = 0; j < n; j++) gamma[j] = Math.Max(0, gamma[j] - self) / inverse[((long)j * n) + j];
        var product = new float[(long)Math.Min(BlockRows, n) * n];
        for (var first = 0; first < n; first += BlockRows)
        {
            cancel.ThrowIfCancellationRequested();
            var (from, count) = (first, Math.Min(BlockRows, n - first));
            Array.Clear(product);
            MatrixProduct.Add(new MatrixView(inverse, n, n).RowRange(first, count), new(target, n, n), new(product, count, n), 1);
            Parallel.For(0, count, i =>
            {
                var row = product.AsSpan(i * n, n);
                var p = inverse.AsSpan((from + i) * n, n);
                for (var j = 0; j < n; j++) row[j] = (row[j] - (p[j] * (float)gamma[j])) * scale[j];
                if (self == 0) row[from + i] = 0;
                rows.Set(from + i, row);
            });
        }
    }

    // weight(i, j) = (n(i, j) + backward n(j, i)) / (n(i) + shrinkage); alpha is the share of plain co-occurrence.
    private static void FitCounts(SequencePairs pairs, int n, RulesOptions options, RuleRows rows, CancellationToken cancel)
    {
        var scale = TargetScale(pairs, n, options);
        Parallel.For(0, n, new ParallelOptions { CancellationToken = cancel }, () => new CountedRow(n), (i, _, row) =>
        {
            row.Fill(pairs, i, options, scale, rows);
            return row;
        }, _ => { });
    }

    private static float[] TargetScale(SequencePairs pairs, int n, RulesOptions options)
    {
        var scale = new float[n];
        for (var j = 0; j < n; j++) scale[j] = (float)Math.Pow(Math.Max(pairs.Count(j), 1), -options.PopularityPower);
        return scale;
    }
}
