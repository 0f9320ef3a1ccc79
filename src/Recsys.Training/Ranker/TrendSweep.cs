using Recsys.Inference.Ranker;
using Recsys.Training.Windows;

namespace Recsys.Training.Ranker;

/// <summary>
/// Goes through the log once in the order of time and notes how trending each candidate was at its case's moment, as the server would have counted: of all that was before it, held out or not, each
/// user's plays of an item once a half-life. Likewise how much it was wanted after what the case's user had wanted last.
/// </summary>
internal static class TrendSweep
{
    /// <summary>Fills the three columns of every case.</summary>
    /// <param name="log">The data.</param>
    /// <param name="cases">Filled.</param>
    /// <param name="halfLifeMs">Of trending.</param>
    public static void Fill(InteractionLog log, RankerCase[] cases, double halfLifeMs)
    {
        var counted = Counted(log, halfLifeMs);
        int[] order = [.. Enumerable.Range(0, cases.Length).OrderBy(MomentOf)];
        var (counts, lasting, times) = (new double[log.ItemCount], new double[log.ItemCount], new long[log.ItemCount]);
        var (watchedNext, scores) = (new WatchedNext(SourceModels.LastingFactor * halfLifeMs), new Dictionary<uint, float>());
        var next = 0;
        foreach (var c in order)
        {
            var moment = MomentOf(c);
            for (; next < counted.Count && log.TimesMs[counted[next].At] < moment; next++)
            {
                var (user, at, count, last) = counted[next];
                var (item, time) = (log.Items[at], log.TimesMs[at]);
                counts[item] = (counts[item] * Decay(time - times[item], halfLifeMs)) + (count ? 1 : 0);
                lasting[item] = (lasting[item] * Decay(time - times[item], SourceModels.LastingFactor * halfLifeMs)) + (last ? 1 : 0);
                times[item] = time;
                if (last)
                    watchedNext.Add(Array.ConvertAll(TargetColumns.Before(log, new HeldOutTarget(user, at), WatchedNext.Reach).Items, before => (uint)before), (uint)item, time);
            }
            var one = cases[c];
            scores.Clear();
            watchedNext.AddScores(one.Newest, moment, scores);
            for (var i = 0; i < one.Count; i++)
            {
                var item = one.Items[i];
                one.Column((int)RankerFeature.WatchedNext)[i] = WatchedNext.Feature(scores.GetValueOrDefault((uint)item));
                one.Features[((int)RankerFeature.Trending * one.Count) + i] = (float)Math.Log(1 + (counts[item] * Decay(moment - times[item], halfLifeMs)));
                one.Features[((int)RankerFeature.Lasting * one.Count) + i] = (float)Math.Log(1 + (lasting[item] * Decay(moment - times[item], SourceModels.LastingFactor * halfLifeMs)));
            }
        }

        long MomentOf(int at) => cases[at].MomentMs;
    }

    /// <summary>The plays that move a count, in the order of time, with which of the two they move.</summary>
    private static List<(int User, int At, bool Counts, bool Lasts)> Counted(InteractionLog log, double halfLifeMs)
    {
        var counted = new List<(int User, int At, bool Counts, bool Lasts)>(log.InteractionCount);
        var ofUser = new Dictionary<int, CountedPlay>();
        for (var user = 0; user < log.UserCount; user++)
        {
            ofUser.Clear();
            for (var at = log.UserStarts[user]; at < log.UserStarts[user + 1]; at++)
            {
                if (!log.IsTarget(at)) continue;
                var (next, counts, lasts) = ofUser.GetValueOrDefault(log.Items[at], CountedPlay.None).Play(log.TimesMs[at], halfLifeMs);
                ofUser[log.Items[at]] = next;
                if (counts || lasts) counted.Add((user, at, counts, lasts));
            }
        }

        counted.Sort((a, b) => log.TimesMs[a.At].CompareTo(log.TimesMs[b.At]));
        return counted;
    }

    private static double Decay(long ageMs, double halfLifeMs) => ageMs <= 0 ? 1 : double.Exp2(-ageMs / halfLifeMs);
}
