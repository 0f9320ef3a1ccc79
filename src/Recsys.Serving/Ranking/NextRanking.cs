using Recsys.Inference.Ranker;
using Recsys.Serving.Live;
using Recsys.Serving.Retrieval;

namespace Recsys.Serving.Ranking;

/// <summary>What users lately went on to from what these users just watched: a part of the co-watched source, and a feature of every candidate, whether the model knows it or not.</summary>
internal static class NextRanking
{
    /// <summary>Looks up how much items were wanted next; of several users the mean counts.</summary>
    /// <param name="scratch">With users; receives the scores.</param>
    /// <param name="model">The live model.</param>
    /// <param name="next">The namespace's counts.</param>
    /// <param name="momentMs">For when the list is, Unix ms.</param>
    public static void Score(ListScratch scratch, LiveModel model, WatchedNext next, long momentMs)
    {
        scratch.IsNextOn = true;
        Span<uint> newest = stackalloc uint[WatchedNext.Reach];
        foreach (var wish in scratch.Wishes)
        {
            var first = newest.Length;
            for (var i = wish.History.Length - 1; i >= 0 && first > 0; i--)
            {
                if (wish.History[i] >= 0) newest[--first] = model.ItemNumbers[wish.History[i]];
            }

            next.AddScores(newest[first..], momentMs, scratch.WatchedNext, 1f / scratch.Wishes.Count);
        }
    }

    /// <summary>Fills in <see cref="RankerFeature.WatchedNext"/>.</summary>
    /// <param name="scratch">With scores, pool and table.</param>
    /// <param name="model">The live model.</param>
    public static void Fill(ListScratch scratch, LiveModel model)
    {
        var column = scratch.Table.Column(RankerFeature.WatchedNext);
        for (var i = 0; i < scratch.Pool.Count; i++) column[i] = WatchedNext.Feature(scratch.WatchedNext.GetValueOrDefault(scratch.NumberOf(model, i)));
    }
}
