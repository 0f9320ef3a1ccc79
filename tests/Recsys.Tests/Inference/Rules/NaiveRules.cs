using Recsys.Inference.Rules;

namespace Recsys.Tests.Inference.Rules;

/// <summary>The closed form as its papers write it: every split made, matrices dense, float64, Gauss-Jordan with pivots.</summary>
internal static class NaiveRules
{
    internal static double[,] Fit(int[][] sequences, long[][]? times, int n, RulesOptions options)
    {
        var (matrix, target) = (new double[n, n], new double[n, n]);
        double alpha = options.Consistency;
        for (var s = 0; s < sequences.Length; s++)
        {
            var x = sequences[s];
            foreach (var i in x.Distinct())
            {
                foreach (var j in x.Distinct())
                {
                    matrix[i, j] += alpha;
                    target[i, j] += alpha;
                }
            }

            for (var t = 0; t + 1 < x.Length; t++)
            {
                var (past, future) = (new double[n], new double[n]);
                for (var i = 0; i <= t; i++)
                {
                    var time = times is null || options.TimeScaleMs == 0
                        ? 1
                        : options.TimeFloor + ((1 - options.TimeFloor) * Math.Exp(-(times[s][t + 1] - times[s][i]) / options.TimeScaleMs));
                    past[x[i]] += Math.Pow(options.PastDecay, t - i) * time;
                }

                for (var j = t + 1; j < x.Length; j++) future[x[j]] += Math.Pow(options.FutureDecay, j - t - 1);
                for (var i = 0; i < n; i++)
                {
                    for (var j = 0; j < n; j++)
                    {
                        matrix[i, j] += (1 - alpha) * past[i] * past[j];
                        target[i, j] += (1 - alpha) * past[i] * future[j];
                    }
                }
            }
        }

        for (var i = 0; i < n; i++) matrix[i, i] += options.Ridge + (options.RelativeRidge * matrix[i, i]);
        var p = Invert(matrix);
        var b = Multiply(p, target);
        for (var j = 0; j < n; j++)
        {
            var gamma = Math.Max(0, b[j, j] - options.SelfWeight) / p[j, j];
            for (var i = 0; i < n; i++) b[i, j] -= p[i, j] * gamma;
        }

        return b;
    }

    internal static double[,] Invert(double[,] matrix)
    {
        var n = matrix.GetLength(0);
        var a = (double[,])matrix.Clone();
        var inverse = new double[n, n];
        for (var i = 0; i < n; i++) inverse[i, i] = 1;
        for (var k = 0; k < n; k++)
        {
            var pivot = Enumerable.Range(k, n - k).MaxBy(i => Math.Abs(a[i, k]));
            for (var j = 0; j < n; j++) ((a[k, j], a[pivot, j]), (inverse[k, j], inverse[pivot, j])) = ((a[pivot, j], a[k, j]), (inverse[pivot, j], inverse[k, j]));
            var by = a[k, k];
            for (var j = 0; j < n; j++) (a[k, j], inverse[k, j]) = (a[k, j] / by, inverse[k, j] / by);
            for (var i = 0; i < n; i++)
            {
                if (i == k) continue;
                by = a[i, k];
                for (var j = 0; j < n; j++) (a[i, j], inverse[i, j]) = (a[i, j] - (by * a[k, j]), inverse[i, j] - (by * inverse[k, j]));
            }
        }

        return inverse;
    }

    internal static double[,] Multiply(double[,] a, double[,] b)
    {
        var c = new double[a.GetLength(0), b.GetLength(1)];
        for (var i = 0; i < c.GetLength(0); i++)
        {
            for (var j = 0; j < c.GetLength(1); j++)
            {
                for (var k = 0; k < b.GetLength(0); k++) c[i, j] += a[i, k] * b[k, j];
            }
        }

        return c;
    }

    /// <summary>Random sequences, with repeats, of very unequally frequent items.</summary>
    internal static (int[][] Sequences, long[][] Times) Sample(int seed, int sequences, int items, int longest)
    {
        var random = new Random(seed);
        var made = new int[sequences][];
        var times = new long[sequences][];
        for (var s = 0; s < sequences; s++)
        {
            made[s] = [.. Enumerable.Range(0, random.Next(longest + 1)).Select(_ => (int)(items * Math.Pow(random.NextDouble(), 2)))];
            var now = (long)random.Next(1_000_000);
            times[s] = [.. made[s].Select(_ => now += random.Next(3) * random.Next(1000))];
        }

        return (made, times);
    }
}
