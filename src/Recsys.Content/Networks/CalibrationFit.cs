using Recsys.Inference.Kernels;

namespace Recsys.Content.Networks;

/// <summary>Fits a <see cref="NetworkCalibration"/> to logits of examples that no weight comes from: the validation part.</summary>
public static class CalibrationFit
{
    private const double LeastTemperature = 0.05;
    private const double MostTemperature = 20;

    /// <summary>The temperature with the least cross-entropy (Guo et al. 2017), by golden sections; it has one least value, as the loss is convex in 1 / temperature.</summary>
    /// <param name="logits">One array an example, one value a class.</param>
    /// <param name="truths">The true class of each.</param>
    public static NetworkCalibration Temperature(IReadOnlyList<float[]> logits, IReadOnlyList<int> truths)
    {
        if (logits.Count == 0) return NetworkCalibration.None;
        var (low, high, ratio) = (1 / MostTemperature, 1 / LeastTemperature, (Math.Sqrt(5) - 1) / 2);
        for (var i = 0; i < 60; i++)
        {
            var (left, right) = (high - (ratio * (high - low)), low + (ratio * (high - low)));
            if (Loss(left) < Loss(right)) high = right;
            else low = left;
        }

        return NetworkCalibration.OfTemperature(2 / (low + high));

        double Loss(double slope)
        {
            var loss = 0.0;
            for (var i = 0; i < logits.Count; i++)
            {
                var (highest, sum) = (double.NegativeInfinity, 0.0);
                foreach (var logit in logits[i]) highest = Math.Max(highest, logit);
                foreach (var logit in logits[i]) sum += Math.Exp(slope * (logit - highest));
                loss += Math.Log(sum) - (slope * (logits[i][truths[i]] - highest));
            }

            return loss;
        }
    }

    /// <summary>
    /// A slope and an intercept a label (Platt 1999) by Newton's method, with Platt's softened targets; a label that is always or never true there, or whose slope would not be above 0, stays as it is.
    /// </summary>
    /// <param name="logits">One array an example, one value a label.</param>
    /// <param name="truths">As many; whether the label is true.</param>
    public static NetworkCalibration Platt(IReadOnlyList<float[]> logits, IReadOnlyList<bool[]> truths)
    {
        if (logits.Count == 0) return NetworkCalibration.None;
        var lines = Enumerable.Range(0, logits[0].Length).Select(label => Line(logits, truths, label)).ToList();
        return new() { Slopes = [.. lines.Select(line => (float)line.Slope)], Intercepts = [.. lines.Select(line => (float)line.Intercept)] };
    }

    private static (double Slope, double Intercept) Line(IReadOnlyList<float[]> logits, IReadOnlyList<bool[]> truths, int label)
    {
        var positives = truths.Count(truth => truth[label]);
        var negatives = truths.Count - positives;
        if (positives == 0 || negatives == 0) return (1, 0);
        var (yes, no) = ((positives + 1.0) / (positives + 2), 1.0 / (negatives + 2));
        var (slope, intercept, last) = (1.0, 0.0, Loss(1, 0));
        for (var pass = 0; pass < 100; pass++)
        {
            var (gs, gi, ss, si, ii) = (0.0, 0.0, 1e-9, 0.0, 1e-9);
            for (var i = 0; i < logits.Count; i++)
            {
                double x = logits[i][label];
                var p = Scalar.Sigmoid((slope * x) + intercept);
                var (error, weight) = (p - (truths[i][label] ? yes : no), p * (1 - p));
                (gs, gi) = (gs + (error * x), gi + error);
                (ss, si, ii) = (ss + (weight * x * x), si + (weight * x), ii + weight);
            }

            var determinant = (ss * ii) - (si * si);
            var (stepSlope, stepIntercept) = (((ii * gs) - (si * gi)) / determinant, ((ss * gi) - (si * gs)) / determinant);
            // Half a step, a quarter... until it's better: Newton's own may jump too far.
            var size = 1.0;
            double loss;
            while ((loss = Loss(slope - (size * stepSlope), intercept - (size * stepIntercept))) > last && size > 1e-6) size /= 2;
            if (!(loss < last - 1e-12)) break;
            (slope, intercept, last) = (slope - (size * stepSlope), intercept - (size * stepIntercept), loss);
        }

        return slope > 1e-3 && double.IsFinite(slope) && double.IsFinite(intercept) ? (slope, intercept) : (1, 0);

        double Loss(double a, double b)
        {
            var loss = 0.0;
            for (var i = 0; i < logits.Count; i++)
            {
                var z = (a * logits[i][label]) + b;
                // ln(1 + e^z) without overflow.
                loss += Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))) - ((truths[i][label] ? yes : no) * z);
            }

            return loss;
        }
    }
}
