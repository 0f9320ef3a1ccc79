namespace Recsys.Training.Networks.Baselines;

/// <summary>Makes a smooth function small: L-BFGS (Liu and Nocedal 1989) with a backtracking line search.</summary>
internal static class LimitedMemoryBfgs
{
    private const int Memory = 8, MostHalvings = 30;
    private const double Sufficient = 1e-4, Enough = 1e-5;

    /// <summary>Goes down from a point.</summary>
    /// <param name="x">Where from; then where it ended.</param>
    /// <param name="function">Writes the gradient at a point, and returns the value there.</param>
    /// <param name="steps">The most.</param>
    /// <param name="cancellation">Ends it.</param>
    public static void Minimize(double[] x, Func<double[], double[], double> function, int steps, CancellationToken cancellation)
    {
        var (gradient, next, nextGradient) = (new double[x.Length], new double[x.Length], new double[x.Length]);
        var pairs = new List<(double[] Move, double[] Turn, double Curvature)>();
        var value = function(x, gradient);
        for (var step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            var direction = Direction(gradient, pairs);
            var slope = Dot(direction, gradient);
            var size = pairs.Count == 0 ? 1 / Math.Max(1e-12, Math.Sqrt(Dot(gradient, gradient))) : 1;
            double nextValue;
            for (var halvings = 0; ; halvings++)
            {
                for (var i = 0; i < x.Length; i++)
                    next[i] = x[i] + (size * direction[i]);
                nextValue = function(next, nextGradient);
                if (nextValue <= value + (Sufficient * size * slope))
                    break;
                if (halvings == MostHalvings)
                    return;
                size /= 2;
            }
            var move = new double[x.Length];
            var turn = new double[x.Length];
            for (var i = 0; i < x.Length; i++)
                (move[i], turn[i]) = (next[i] - x[i], nextGradient[i] - gradient[i]);
            var curvature = Dot(move, turn);
            if (curvature > 1e-12)
                pairs.Add((move, turn, curvature));
            if (pairs.Count > Memory)
                pairs.RemoveAt(0);
            var gained = value - nextValue;
            next.CopyTo(x, 0);
            nextGradient.CopyTo(gradient, 0);
            value = nextValue;
            if (gained < Enough * Math.Max(1e-3, Math.Abs(value)) / 10)
                return;
        }
    }

    private static double[] Direction(double[] gradient, List<(double[] Move, double[] Turn, double Curvature)> pairs)
    {
        var direction = Array.ConvertAll(gradient, value => -value);
        if (pairs.Count == 0)
            return direction;
        var shares = new double[pairs.Count];
        for (var i = pairs.Count - 1; i >= 0; i--)
        {
            shares[i] = Dot(pairs[i].Move, direction) / pairs[i].Curvature;
            Add(direction, pairs[i].Turn, -shares[i]);
        }
        var (_, turn, curvature) = pairs[^1];
        var scale = curvature / Dot(turn, turn);
        for (var i = 0; i < direction.Length; i++)
            direction[i] *= scale;
        for (var i = 0; i < pairs.Count; i++)
            Add(direction, pairs[i].Move, shares[i] - (Dot(pairs[i].Turn, direction) / pairs[i].Curvature));
        return direction;
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static void Add(double[] to, double[] from, double factor)
    {
        for (var i = 0; i < to.Length; i++)
            to[i] += factor * from[i];
    }
}
