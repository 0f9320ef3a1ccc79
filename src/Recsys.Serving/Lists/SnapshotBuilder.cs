using System.Buffers;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Live;

namespace Recsys.Serving.Lists;

/// <summary>
/// Fills a snapshot from its sources in turn: the session network's scores with its partners' added; where the model knows nothing of the users, or for items it doesn't know, popularity in
/// its training data, then trending counts, then the catalogue's newest items. So a list is full whenever the catalogue allows it.
/// </summary>
internal sealed class SnapshotBuilder(CatalogueMirror catalogue, Trending trending)
{
    /// <summary>Fills the snapshot.</summary>
    /// <param name="snapshot">Empty.</param>
    /// <param name="ns">Namespace.</param>
    /// <param name="filter">What may be in it.</param>
    /// <param name="model">The live model, or null.</param>
    /// <param name="wishes">Of each user of whom the model knows something; empty: not personalised.</param>
    public void Fill(Snapshot snapshot, string ns, CandidateFilter filter, LiveModel? model, List<Wish> wishes)
    {
        if (model is not null && wishes.Count > 0) AddSession(snapshot, filter, model, wishes);
        if (snapshot.IsFull) return;
        var taken = new HashSet<uint>(Snapshot.MaxDepth);
        foreach (var item in snapshot.Items) taken.Add(item);
        if (model is not null) AddPopular(snapshot, filter, model, taken);
        if (!snapshot.IsFull) AddTrending(snapshot, ns, filter, taken);
        if (!snapshot.IsFull) AddCatalogue(snapshot, filter.Included ?? catalogue.ItemsOf(ns), filter, model, taken);
    }

    private static void AddSession(Snapshot snapshot, CandidateFilter filter, LiveModel model, List<Wish> wishes)
    {
        var count = model.Index.Count;
        var buffer = ArrayPool<float>.Shared.Rent(count);
        try
        {
            var scores = buffer.AsSpan(0, count);
            Score(model, wishes, scores);
            var top = new TopCandidates(snapshot.Free.Items.Span, snapshot.Free.Scores.Span);
            if (filter.Included is { } included)
            {
                foreach (var item in included)
                {
                    var id = model.DenseId(item);
                    if (id >= 0 && top.Wants(item, scores[id]) && filter.Allows(item)) top.Keep(item, scores[id]);
                }
            }
            else
            {
                var numbers = model.ItemNumbers;
                for (var id = 0; id < scores.Length; id++)
                {
                    if (top.Wants(numbers[id], scores[id]) && filter.Allows(numbers[id])) top.Keep(numbers[id], scores[id]);
                }
            }

            snapshot.Added(SnapshotSource.Session, top.Finish());
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    /// <summary>For one user the logits; for several the sum of their probabilities (softmax over all items), so that everybody's wishes weigh the same.</summary>
    private static void Score(LiveModel model, List<Wish> wishes, Span<float> scores)
    {
        if (wishes.Count == 1)
        {
            Logits(model, wishes[0], scores);
            return;
        }

        scores.Clear();
        var buffer = ArrayPool<float>.Shared.Rent(scores.Length);
        var own = buffer.AsSpan(0, scores.Length);
        foreach (var wish in wishes)
        {
            Logits(model, wish, own);
            var highest = float.NegativeInfinity;
            foreach (var logit in own) highest = Math.Max(highest, logit);
            var sum = 0.0;
            for (var i = 0; i < own.Length; i++) sum += own[i] = MathF.Exp(own[i] - highest);
            for (var i = 0; i < own.Length; i++) scores[i] += (float)(own[i] / sum);
        }

        ArrayPool<float>.Shared.Return(buffer);
    }

    private static void Logits(LiveModel model, Wish wish, Span<float> scores)
    {
        model.Index.ScoreAll(wish.Output, scores);
        model.Partners.Add(wish.Recent, scores);
    }

    private static void AddPopular(Snapshot snapshot, CandidateFilter filter, LiveModel model, HashSet<uint> taken)
    {
        // Every item of the model was scored already, unless nothing was.
        if (snapshot.Count > 0) return;
        var included = filter.Included is null ? null : new HashSet<uint>(filter.Included);
        foreach (var id in model.PopularityOrder)
        {
            var item = model.ItemNumbers[id];
            if (included?.Contains(item) == false || !filter.Allows(item) || !taken.Add(item)) continue;
            snapshot.Add(SnapshotSource.Popular, item, model.Network.ItemPopularity[id]);
            if (snapshot.IsFull) return;
        }
    }

    private void AddTrending(Snapshot snapshot, string ns, CandidateFilter filter, HashSet<uint> taken)
    {
        if (trending.Of(ns) is not { } counts) return;
        var included = filter.Included is null ? null : new HashSet<uint>(filter.Included);
        var ranking = counts.Ranking();
        for (var i = 0; i < ranking.Items.Length && !snapshot.IsFull; i++)
        {
            var item = ranking.Items[i];
            if (included?.Contains(item) != false && filter.Allows(item) && taken.Add(item)) snapshot.Add(SnapshotSource.Trending, item, ranking.Counts[i]);
        }
    }

    private void AddCatalogue(Snapshot snapshot, IEnumerable<uint> items, CandidateFilter filter, LiveModel? model, HashSet<uint> taken)
    {
        var free = Snapshot.MaxDepth - snapshot.Count;
        Span<uint> newest = stackalloc uint[free];
        Span<float> days = stackalloc float[free];
        var top = new TopCandidates(newest, days);
        foreach (var item in items)
        {
            // Whatever the model knows has been asked for by now.
            if (model?.Knows(item) == true) continue;

            // A known item without a time of its own is as old as can be; one that only events name is in only where the request names it.
            if (!catalogue.IsKnown(item) && filter.Included is null) continue;
            var day = (catalogue.PublishTimeMs(item) ?? catalogue.CreateTimeMs(item) ?? 0) / 86_400_000f;
            if (top.Wants(item, day) && filter.Allows(item) && !taken.Contains(item)) top.Keep(item, day);
        }

        var count = top.Finish();
        for (var i = 0; i < count; i++) snapshot.Add(SnapshotSource.Catalogue, newest[i], 0);
    }
}
