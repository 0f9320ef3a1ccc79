using System.Diagnostics;
using System.Globalization;
using Recsys.Inference.Taste;

namespace Recsys.Tests.Inference.Taste;

/// <summary>
/// Compares <see cref="TasteFit"/> with the normal equations as one writes them, in float64 and nested loops on as many threads, on real sequences:
/// <c>dotnet Recsys.Tests.dll taste-reference FILE [DIMENSIONS [PASSES]]</c>. A line of the file is a user's items, numbers from 1 with spaces between them; 0 is passed over.
/// </summary>
internal static class TasteReference
{
    public static int Run(string file, int dimensions, int passes)
    {
        int[][] sequences = [.. File.ReadLines(file).Select(Items)];
        var items = sequences.Max(sequence => sequence.DefaultIfEmpty(-1).Max()) + 1;
        var options = new TasteOptions { Dimensions = dimensions, BlockSize = dimensions, Epochs = passes, InitialScale = 0.1f };
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{sequences.Length:N0} users, {items:N0} items, {sequences.Sum(sequence => sequence.Length):N0} interactions; {dimensions} dimensions, {passes} passes, "
            + $"{Environment.ProcessorCount} threads"));
        TasteFit.Fit(sequences, items, options with { Epochs = 1 }); // compiled and warm
        var clock = Stopwatch.StartNew();
        var model = TasteFit.Fit(sequences, items, options);
        var own = clock.Elapsed.TotalSeconds / passes;
        clock.Restart();
        var reference = Reference(sequences, items, options);
        var plain = clock.Elapsed.TotalSeconds / passes;
        double apart = 0, largest = 0;
        for (var i = 0; i < reference.Length; i++)
        {
            apart = Math.Max(apart, Math.Abs(reference[i] - model.Items.Values[i]));
            largest = Math.Max(largest, Math.Abs(reference[i]));
        }

        Say($"TasteFit {own:F2} s a pass, the reference {plain:F2} s: ratio {plain / own:F1}");
        Say($"item vectors: largest value {largest:F3}, largest difference {apart:E1}, {apart / largest:E1} of the largest value");
        var folded = Folded(sequences, items, options, model, reference);
        Say($"users folded in: {folded:E1} of the largest value");
        return apart / largest < 1e-3 && folded < 1e-4 ? 0 : 1;

        static int[] Items(string line) =>
            [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture) - 1).Where(id => id >= 0)];

        static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The largest difference between users folded in one by one and the reference's solution for them all, of its largest value.</summary>
    private static double Folded(int[][] sequences, int items, TasteOptions options, TasteModel model, double[] reference)
    {
        var d = options.Dimensions;
        var batch = new double[sequences.Length * d];
        Solve(sequences, reference, items, batch, options);
        double apart = 0, largest = 0;
        var user = new float[d];
        for (var u = 0; u < sequences.Length; u++)
        {
            model.FoldIn(sequences[u], [], user);
            for (var k = 0; k < d; k++)
            {
                apart = Math.Max(apart, Math.Abs(batch[(u * d) + k] - user[k]));
                largest = Math.Max(largest, Math.Abs(batch[(u * d) + k]));
            }
        }

        return apart / largest;
    }

    private static double[] Reference(int[][] sequences, int items, TasteOptions options)
    {
        var d = options.Dimensions;
        var random = new Random(options.Seed);
        var (y, x) = (new double[items * d], new double[sequences.Length * d]);
        for (var i = 0; i < y.Length; i++)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            y[i] = (float)(normal * options.InitialScale / Math.Sqrt(d));
        }

        var byItem = Enumerable.Range(0, items).Select(_ => new List<int>()).ToArray();
        for (var u = 0; u < sequences.Length; u++)
        {
            foreach (var item in sequences[u]) byItem[item].Add(u);
        }

        int[][] rows = [.. byItem.Select(list => list.ToArray())];
        for (var pass = 0; pass < options.Epochs; pass++)
        {
            Solve(sequences, y, items, x, options);
            Solve(rows, x, sequences.Length, y, options);
        }

        return y;
    }

    private static void Solve(int[][] rows, double[] factors, int count, double[] solved, TasteOptions options)
    {
        var d = options.Dimensions;
        var gram = new double[d * d];
        for (var r = 0; r < count; r++)
        {
            for (var k = 0; k < d; k++)
            {
                for (var l = 0; l < d; l++) gram[(k * d) + l] += options.UnobservedWeight * factors[(r * d) + k] * factors[(r * d) + l];
            }
        }

        Parallel.For(0, rows.Length, row =>
        {
            var (a, x) = ((double[])gram.Clone(), new double[d]);
            foreach (var other in rows[row])
            {
                for (var k = 0; k < d; k++)
                {
                    for (var l = 0; l <= k; l++) a[(k * d) + l] += factors[(other * d) + k] * factors[(other * d) + l];
                    x[k] += factors[(other * d) + k];
                }
            }

            var ridge = options.Regularisation * Math.Pow(rows[row].Length + (options.UnobservedWeight * count), options.FrequencyPower);
            for (var k = 0; k < d; k++) a[(k * d) + k] += ridge;
            if (rows[row].Length > 0) Cholesky(a, x, d);
            x.CopyTo(solved, row * d);
        });
    }

    private static void Cholesky(double[] a, double[] x, int d)
    {
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = a[(i * d) + j];
                for (var k = 0; k < j; k++) sum -= a[(i * d) + k] * a[(j * d) + k];
                a[(i * d) + j] = i == j ? Math.Sqrt(sum) : sum / a[(j * d) + j];
            }
        }

        for (var i = 0; i < d; i++)
        {
            for (var k = 0; k < i; k++) x[i] -= a[(i * d) + k] * x[k];
            x[i] /= a[(i * d) + i];
        }

        for (var i = d - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < d; k++) x[i] -= a[(k * d) + i] * x[k];
            x[i] /= a[(i * d) + i];
        }
    }
}
