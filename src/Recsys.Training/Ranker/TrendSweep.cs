using Recsys.Inference.Ranker;
using Recsys.Training.Windows;

namespace Recsys.Training.Ranker;

/// <summary>
/// Goes through the log once in the order of time and notes how trending each candidate was at its case's moment, as the server would have counted: of what was before it, and nothing held
/// out.
/// </summary>
internal static class TrendSweep
{
    /// <summary>Fills both columns of every case.</summary>
    /// <param name="log">The data.</param>
    /// <param name="split">What is held out.</param>
    /// <param name="targets">Each case's target.</param>
    /// <param name="cases">Filled.</param>
    /// <param name="halfLifeMs">Of trending.</param>
    public static void Fill(InteractionLog log, ValidationSplit split, HeldOutTarget[] targets, RankerCase[] cases, double halfLifeMs)
    {
        var counted = new List<int>(log.InteractionCount);
        for (var user = 0; user < log.UserCount; user++)
            for (var at = log.UserStarts[user]; at < split.TrainingEnds[user]; at++)
                if (log.IsTarget(at))
                    counted.Add(at);
        counted.Sort((a, b) => log.TimesMs[a].CompareTo(log.TimesMs[b]));
        int[] order = [.. Enumerable.Range(0, cases.Length).OrderBy(MomentOf)];
        var (counts, lasting, times) = (new double[log.ItemCount], new double[log.ItemCount], new long[log.ItemCount]);
        var next = 0;
        foreach (var c in order)
        {
            var moment = MomentOf(c);
            for (; next < counted.Count && log.TimesMs[counted[next]] < moment; next++)
            {
                var (item, time) = (log.Items[counted[next]], log.TimesMs[counted[next]]);
                counts[item] = (counts[item] * Decay(time - times[item], halfLifeMs)) + 1;
                lasting[item] = (lasting[item] * Decay(time - times[item], SourceModels.LastingFactor * halfLifeMs)) + 1;
                times[item] = time;
            }
            var one = cases[c];
            for (var i = 0; i < one.Count; i++)
            {
                var item = one.Items[i];
                one.Features[((int)RankerFeature.Trending * one.Count) + i] = (float)Math.Log(1 + (counts[item] * Decay(moment - times[item], halfLifeMs)));
                one.Features[((int)RankerFeature.Lasting * one.Count) + i] = (float)Math.Log(1 + (lasting[item] * Decay(moment - times[item], SourceModels.LastingFactor * halfLifeMs)));
            }
        }

        long MomentOf(int at) => log.TimesMs[targets[at].At];
    }

    private static double Decay(long ageMs, double halfLifeMs) => ageMs <= 0 ? 1 : double.Exp2(-ageMs / halfLifeMs);
}
