using Recsys.Inference.Taste;
using Recsys.Tests.Inference.Rules;

namespace Recsys.Tests.Inference.Taste;

/// <summary>Alternating least squares as the papers write it: dense, float64, an inverse a vector. The oracle of <see cref="TasteFit"/>.</summary>
internal static class NaiveTaste
{
    /// <summary>The items' vectors, (N, d).</summary>
    internal static double[,] Fit(int[][] sequences, float[][]? confidences, int items, TasteOptions options)
    {
        var d = options.Dimensions;
        var random = new Random(options.Seed);
        var (y, x) = (new double[items, d], new double[sequences.Length, d]);
        for (var i = 0; i < items * d; i++)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            y[i / d, i % d] = normal * options.InitialScale / Math.Sqrt(d);
        }

        var observed = sequences.Select((sequence, u) => sequence.Select((item, at) => (Row: item, Weight: confidences?[u][at] ?? 1f)).ToArray()).ToArray();
        var byItem = Enumerable.Range(0, items)
            .Select(i => observed.SelectMany((user, u) => user.Where(pair => pair.Row == i).Select(pair => (Row: u, pair.Weight))).ToArray())
            .ToArray();
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            Parallel.For(0, sequences.Length, u => Set(x, u, Solve(y, observed[u], options)));
            Parallel.For(0, items, i => Set(y, i, Solve(x, byItem[i], options)));
        }

        return y;

        void Set(double[,] into, int row, double[] values)
        {
            for (var k = 0; k < d; k++) into[row, k] = values[k];
        }
    }

    /// <summary>One vector, (d).</summary>
    internal static double[] Solve(double[,] factors, (int Row, float Weight)[] seen, TasteOptions options)
    {
        var (count, d) = (factors.GetLength(0), factors.GetLength(1));
        var (a, b) = (new double[d, d], new double[d, 1]);
        if (seen.Length == 0) return new double[d];
        for (var k = 0; k < d; k++)
        {
            for (var l = 0; l < d; l++)
            {
                for (var r = 0; r < count; r++) a[k, l] += options.UnobservedWeight * factors[r, k] * factors[r, l];
                foreach (var (r, w) in seen) a[k, l] += w * factors[r, k] * factors[r, l];
            }

            a[k, k] += options.Regularisation * Math.Pow(seen.Length + (options.UnobservedWeight * count), options.FrequencyPower);
            foreach (var (r, w) in seen) b[k, 0] += w * factors[r, k];
        }

        var solved = NaiveRules.Multiply(NaiveRules.Invert(a), b);
        return [.. Enumerable.Range(0, d).Select(k => solved[k, 0])];
    }

    /// <summary>The objective that is minimised, without the users' part of the regularisation: of one vector.</summary>
    internal static double Loss(double[,] factors, (int Row, float Weight)[] seen, double[] x, TasteOptions options)
    {
        var (count, d) = (factors.GetLength(0), factors.GetLength(1));
        var loss = 0.0;
        for (var r = 0; r < count; r++) loss += options.UnobservedWeight * Math.Pow(Product(r), 2);
        foreach (var (r, w) in seen) loss += w * Math.Pow(Product(r) - 1, 2);
        var ridge = options.Regularisation * Math.Pow(seen.Length + (options.UnobservedWeight * count), options.FrequencyPower);
        return loss + (ridge * x.Sum(value => value * value));

        double Product(int row) => Enumerable.Range(0, d).Sum(k => factors[row, k] * x[k]);
    }
}
