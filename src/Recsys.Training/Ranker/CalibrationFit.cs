using Recsys.Inference.Ranker;

namespace Recsys.Training.Ranker;

/// <summary>Fits and measures what a ranker's logits say of the odds of a play (Platt 1999), from what was shown.</summary>
internal static class CalibrationFit
{
    /// <summary>Fewer plays, or fewer items that weren't played, say too little.</summary>
    private const int Least = 100;

    private const int Steps = 50, Bins = 10;
    private const double Ridge = 1e-6;

    /// <summary>Fits to all rows; what is measured of a fold is by a fit to the others.</summary>
    /// <param name="rows">Logits by rankers that weren't fitted to the fold's users.</param>
    /// <returns>Null: too little was shown, higher logits don't mean better odds, or the probabilities say no more than one for all.</returns>
    public static RankerCalibration? Of(IReadOnlyList<(float Logit, bool IsPlayed, int Fold)> rows)
    {
        var plays = rows.Count(row => row.IsPlayed);
        if (plays < Least || rows.Count - plays < Least)
            return null;
        var predicted = new List<(double Probability, bool IsPlayed)>(rows.Count);
        foreach (var fold in rows.GroupBy(row => row.Fold))
        {
            var (a, b) = Fit([.. rows.Where(row => row.Fold != fold.Key)]);
            predicted.AddRange(fold.Select(row => (Probability((a * row.Logit) + b), row.IsPlayed)));
        }
        var (slope, intercept) = Fit(rows);
        var rate = (double)plays / rows.Count;
        var (loss, baseLoss) = (predicted.Average(one => Loss(one.Probability, one.IsPlayed)), rows.Average(row => Loss(rate, row.IsPlayed)));
        if (!(slope > 0) || !(loss < baseLoss))
            return null;
        return new RankerCalibration
        {
            Slope = (float)slope,
            Intercept = (float)intercept,
            Exposures = rows.Count,
            PlayRate = rate,
            LogLoss = loss,
            BaseLogLoss = baseLoss,
            Error = predicted.OrderBy(one => one.Probability).Chunk((predicted.Count + Bins - 1) / Bins)
                .Sum(bin => Math.Abs(bin.Average(one => one.IsPlayed ? 1.0 : 0) - bin.Average(one => one.Probability)) * bin.Length / predicted.Count),
        };
    }

    /// <summary>Newton's method for logistic regression on one number, from the odds of all; a step that makes the loss larger is halved until it doesn't.</summary>
    private static (double Slope, double Intercept) Fit(IReadOnlyList<(float Logit, bool IsPlayed, int Fold)> rows)
    {
        var rate = (rows.Count(row => row.IsPlayed) + 0.5) / (rows.Count + 1);
        var (a, b) = (0.0, Math.Log(rate / (1 - rate)));
        var loss = LossOf(rows, a, b);
        for (var step = 0; step < Steps; step++)
        {
            double ga = 0, gb = 0, aa = Ridge, ab = 0, bb = Ridge;
            foreach (var (logit, isPlayed, _) in rows)
            {
                var p = Probability((a * logit) + b);
                var (error, weight) = (p - (isPlayed ? 1 : 0), p * (1 - p));
                ga += error * logit;
                gb += error;
                aa += weight * logit * logit;
                ab += weight * logit;
                bb += weight;
            }
            var determinant = (aa * bb) - (ab * ab);
            if (!(determinant > 1e-12))
                break;
            var (da, db) = (((bb * ga) - (ab * gb)) / determinant, ((aa * gb) - (ab * ga)) / determinant);
            var share = 1.0;
            var next = LossOf(rows, a - da, b - db);
            for (; !(next <= loss) && share > 1e-6; share /= 2)
                next = LossOf(rows, a - (share / 2 * da), b - (share / 2 * db));
            if (!(next <= loss))
                break;
            (a, b, var gained) = (a - (share * da), b - (share * db), loss - next);
            loss = next;
            if (gained < 1e-12)
                break;
        }
        return (a, b);
    }

    private static double LossOf(IReadOnlyList<(float Logit, bool IsPlayed, int Fold)> rows, double slope, double intercept)
    {
        var sum = 0.0;
        foreach (var (logit, isPlayed, _) in rows)
            sum += Loss(Probability((slope * logit) + intercept), isPlayed);
        return sum / rows.Count;
    }

    private static double Probability(double odds) => 1 / (1 + Math.Exp(-odds));

    private static double Loss(double probability, bool isPlayed) => -Math.Log(Math.Clamp(isPlayed ? probability : 1 - probability, 1e-12, 1));
}
