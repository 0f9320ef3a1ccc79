using BenchmarkDotNet.Attributes;
using Recsys.Inference.Taste;

namespace Recsys.Benchmarks.Inference;

/// <summary>
/// One pass of implicit ALS over as many users, items and interactions as MovieLens 1M has, beside the plain loop on as many threads: whole vectors of 64 values, of 256 whole and in blocks.
/// The plain loop is the normal equations as one writes them, (d, d) sums and a Cholesky solution in nested loops over float arrays.
/// </summary>
public class TasteBenchmarks
{
    private const int Users = 6_040, Items = 3_416, Interactions = 1_000_000;
    private int[][] _sequences = [];
    private int[][] _byItem = [];

    [GlobalSetup]
    public void MakeData()
    {
        // Popularity falls as that of films does, histories are of unlike lengths.
        var random = new Random(1);
        var lists = new List<int>[Users];
        for (var u = 0; u < Users; u++) lists[u] = [];
        var byItem = new List<int>[Items];
        for (var i = 0; i < Items; i++) byItem[i] = [];
        for (var n = 0; n < Interactions; n++)
        {
            var (user, item) = ((int)(Users * Math.Pow(random.NextDouble(), 2)), (int)(Items * Math.Pow(random.NextDouble(), 2.5)));
            lists[user].Add(item);
            byItem[item].Add(user);
        }

        (_sequences, _byItem) = ([.. lists.Select(list => list.ToArray())], [.. byItem.Select(list => list.ToArray())]);
    }

    [Benchmark(Baseline = true)]
    public float PlainLoop64() => PlainPass(64);

    [Benchmark]
    public TasteModel Whole64() => TasteFit.Fit(_sequences, Items, new() { Dimensions = 64, Epochs = 1 });

    [Benchmark]
    public TasteModel Whole256() => TasteFit.Fit(_sequences, Items, new() { Dimensions = 256, BlockSize = 256, Epochs = 1 });

    [Benchmark]
    public TasteModel BlocksOf64In256() => TasteFit.Fit(_sequences, Items, new() { Dimensions = 256, BlockSize = 64, Epochs = 1 });

    private float PlainPass(int d)
    {
        var random = new Random(1);
        var (items, users) = (new float[Items * d], new float[Users * d]);
        for (var i = 0; i < items.Length; i++) items[i] = (random.NextSingle() - 0.5f) / 10;
        PlainSide(_sequences, items, Items, users, d);
        PlainSide(_byItem, users, Users, items, d);
        return items[0];
    }

    private static void PlainSide(int[][] rows, float[] factors, int count, float[] solved, int d)
    {
        var gram = new float[d * d];
        for (var r = 0; r < count; r++)
        {
            for (var k = 0; k < d; k++)
            {
                for (var l = 0; l < d; l++) gram[(k * d) + l] += 0.1f * factors[(r * d) + k] * factors[(r * d) + l];
            }
        }

        Parallel.For(0, rows.Length, row =>
        {
            var (a, x) = ((float[])gram.Clone(), new float[d]);
            foreach (var other in rows[row])
            {
                for (var k = 0; k < d; k++)
                {
                    for (var l = 0; l <= k; l++) a[(k * d) + l] += factors[(other * d) + k] * factors[(other * d) + l];
                    x[k] += factors[(other * d) + k];
                }
            }

            for (var k = 0; k < d; k++) a[(k * d) + k] += 0.003f * (rows[row].Length + (0.1f * count));
            Solve(a, x, d);
            x.CopyTo(solved, row * d);
        });
    }

    private static void Solve(float[] a, float[] x, int d)
    {
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = a[(i * d) + j];
                for (var k = 0; k < j; k++) sum -= a[(i * d) + k] * a[(j * d) + k];
                a[(i * d) + j] = i == j ? MathF.Sqrt(sum) : sum / a[(j * d) + j];
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
