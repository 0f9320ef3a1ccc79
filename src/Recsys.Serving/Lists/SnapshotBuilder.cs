using System.Collections.Concurrent;
using Recsys.Inference.Ranker;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Fresh;
using Recsys.Serving.Live;
using Recsys.Serving.Ranking;
using Recsys.Serving.Retrieval;
using Recsys.Serving.Rules;
using Recsys.Serving.Steering;

namespace Recsys.Serving.Lists;

/// <summary>
/// Fills a snapshot: first the candidates of the model's sources, and what is new and like them, in the ranker's order; where the model knows nothing of the users, or for items it doesn't
/// know, popularity in its training data, then trending counts, then the catalogue's newest items. So a list is full whenever the catalogue allows it.
/// </summary>
internal sealed class SnapshotBuilder(CatalogueMirror catalogue, Trending trending, FreshItems? fresh = null)
{
    // As many as lists were ever made at once.
    private readonly ConcurrentBag<ListScratch> _scratches = [];

    /// <summary>Fills the snapshot.</summary>
    /// <param name="snapshot">Empty.</param>
    /// <param name="ns">Namespace.</param>
    /// <param name="filter">What may be in it.</param>
    /// <param name="model">The live model, or null.</param>
    /// <param name="wishes">Of each user of whom the model knows something; empty: not personalised.</param>
    /// <param name="weights">How much each source counts.</param>
    /// <param name="moment">For when the list is, Unix ms.</param>
    /// <param name="boosts">What the placement boosts and buries; null: nothing.</param>
    /// <param name="objective">What the list is ranked for.</param>
    public void Fill(
        Snapshot snapshot, string ns, CandidateFilter filter, LiveModel? model, List<Wish> wishes, SourceWeights weights, long moment, BoostTable? boosts = null,
        RankingObjective objective = RankingObjective.Play)
    {
        if (model is not null && wishes.Count > 0) AddRanked(snapshot, ns, filter, model, wishes, weights, moment, boosts, objective);
        if (snapshot.IsFull) return;
        var taken = new HashSet<uint>(Snapshot.MaxDepth);
        foreach (ref readonly var entry in snapshot.Entries) taken.Add(entry.Item);

        // The session source looked at every item of the model: nothing is left of them.
        var looked = snapshot.Count > 0 && weights.IsOn(CandidateSource.Session);
        var popular = weights.IsOn(CandidateSource.Popular);
        if (model is not null && !looked && popular) AddPopular(snapshot, filter, model, taken, boosts);
        if (!snapshot.IsFull && weights.IsOn(CandidateSource.Trending)) AddTrending(snapshot, ns, filter, taken, boosts);
        if (!snapshot.IsFull) AddCatalogue(snapshot, filter.Included ?? catalogue.ItemsOf(ns), filter, looked || popular ? model : null, taken, boosts, moment);
    }

    /// <summary>What every source says of items, as of now; of those that no source proposed nothing.</summary>
    /// <param name="items">Numbers.</param>
    /// <param name="ns">As for <see cref="Fill"/>.</param>
    /// <param name="filter">As for <see cref="Fill"/>.</param>
    /// <param name="model">The live model.</param>
    /// <param name="wishes">At least one.</param>
    /// <param name="weights">As for <see cref="Fill"/>.</param>
    /// <param name="moment">As for <see cref="Fill"/>.</param>
    public Dictionary<uint, IReadOnlyList<SourceScore>> Explain(
        IReadOnlyCollection<uint> items, string ns, CandidateFilter filter, LiveModel model, List<Wish> wishes, SourceWeights weights, long moment)
    {
        if (!_scratches.TryTake(out var scratch)) scratch = new();
        try
        {
            var (counts, _) = Gather(scratch, ns, filter, model, wishes, weights, moment, null);
            var ranker = CandidateRanker.Score(scratch, model, weights, counts, ContextOf(scratch, model, wishes, moment));
            var worths = ranker is null ? null : SourceWeighing.Worths(scratch, ranker, weights);
            var explained = new Dictionary<uint, IReadOnlyList<SourceScore>>(items.Count);
            for (var candidate = 0; candidate < scratch.Pool.Count; candidate++)
            {
                var item = scratch.NumberOf(model, candidate);
                if (items.Contains(item)) explained.Add(item, CandidateRanker.Explain(scratch, model, worths, weights, candidate));
            }

            return explained;
        }
        finally
        {
            _scratches.Add(scratch);
        }
    }

    private void AddRanked(
        Snapshot snapshot, string ns, CandidateFilter filter, LiveModel model, List<Wish> wishes, SourceWeights weights, long moment, BoostTable? boosts, RankingObjective objective)
    {
        if (!_scratches.TryTake(out var scratch)) scratch = new();
        try
        {
            var (counts, isPersonal) = Gather(scratch, ns, filter, model, wishes, weights, moment, boosts);

            // What is trending alone is no ranking: it comes behind what is popular, as where nobody is known.
            if (!isPersonal) return;
            CandidateRanker.Rank(scratch, model, weights, counts, ContextOf(scratch, model, wishes, moment), boosts, objective, snapshot);
        }
        finally
        {
            _scratches.Add(scratch);
        }
    }

    /// <summary>Fills the pool; returns the counts that the ranker knows how to read, and whether anything proposed by what the users did.</summary>
    private (TrendingCounts? Counts, bool IsPersonal) Gather(
        ListScratch scratch, string ns, CandidateFilter filter, LiveModel model, List<Wish> wishes, SourceWeights weights, long moment, BoostTable? boosts)
    {
        // Counts that halve otherwise than those that the ranker was fitted to would say something else.
        var counts = trending.Of(ns);
        if (model.Sources.Ranker is not null && counts?.HalfLifeMs != model.Network.Artefact.Settings.TrendingHalfLifeHours * 3_600_000.0) counts = null;
        Candidates.Gather(scratch, model, wishes, filter, weights, trending.RankingOf(ns, filter.Country), boosts, fresh?.Of(model));
        var (isOn, proposed) = (scratch.On.Contains(true), 0);
        if (counts is not null && weights.IsOn(CandidateSource.CoWatched))
        {
            // Where these counts alone rank, they rank what they propose: trending and boosted items of which they say nothing fill up, as they do where nothing was watched next.
            if (!isOn) scratch.Pool.Clear();
            NextRanking.Score(scratch, model, counts.WatchedNext, moment);
            proposed = Candidates.ProposeNext(scratch, model, filter);
        }

        return (counts, isOn || proposed > 0);
    }

    /// <summary>Of several users the longest history, the newest interaction and the mean profile.</summary>
    private static ListContext ContextOf(ListScratch scratch, LiveModel model, List<Wish> wishes, long moment)
    {
        var profile = scratch.ResetProfile(model.Sources.Facts?.CategoryCount ?? 0);
        var (count, last) = (0, 0L);
        foreach (var wish in wishes)
        {
            (count, last) = (Math.Max(count, wish.History.Length), Math.Max(last, wish.LastMs));
            model.Sources.Facts?.AddProfile(wish.History, 1f / wishes.Count, profile);
        }

        return new(count, moment, last, profile);
    }

    private static void AddPopular(Snapshot snapshot, CandidateFilter filter, LiveModel model, HashSet<uint> taken, BoostTable? boosts) => AddCounted(
        snapshot, CandidateSource.Popular, model.PopularityOrder.Length,
        place => (model.ItemNumbers[model.PopularityOrder[place]], model.Network.ItemPopularity[model.PopularityOrder[place]]), filter, taken, boosts);

    private void AddTrending(Snapshot snapshot, string ns, CandidateFilter filter, HashSet<uint> taken, BoostTable? boosts)
    {
        if (trending.RankingOf(ns, filter.Country) is not { } ranking) return;
        AddCounted(snapshot, CandidateSource.Trending, ranking.Items.Length, place => (ranking.Items[place], ranking.Counts[place]), filter, taken, boosts);
    }

    /// <summary>Adds items by count; a boost multiplies it.</summary>
    private static void AddCounted(
        Snapshot snapshot, CandidateSource source, int count, Func<int, (uint Item, double Count)> at, CandidateFilter filter, HashSet<uint> taken, BoostTable? boosts)
    {
        var included = filter.Included is null ? null : new HashSet<uint>(filter.Included);
        var best = boosts is null ? null : new List<(uint Item, double Count)>();
        for (var place = 0; place < count; place++)
        {
            var (item, own) = at(place);
            if (included?.Contains(item) == false || !filter.Allows(item) || !taken.Add(item)) continue;
            if (best is not null)
            {
                best.Add((item, own * Math.Exp(boosts!.Of(item))));
                continue;
            }

            snapshot.Append(source, item, own);
            if (snapshot.IsFull) return;
        }

        if (best is null) return;
        foreach (var (item, boosted) in best.OrderByDescending(pair => pair.Count).Take(Snapshot.MaxDepth - snapshot.Count)) snapshot.Append(source, item, boosted);
    }

    /// <summary>Adds items by age; of one that is boosted, buried or steered the logit counts as days.</summary>
    private void AddCatalogue(Snapshot snapshot, IEnumerable<uint> items, CandidateFilter filter, LiveModel? asked, HashSet<uint> taken, BoostTable? boosts, long moment)
    {
        var free = Snapshot.MaxDepth - snapshot.Count;
        Span<uint> newest = stackalloc uint[free];
        Span<float> days = stackalloc float[free];
        var top = new TopCandidates(newest, days);
        foreach (var item in items)
        {
            // Whatever that model knows was asked for by now.
            if (asked?.Knows(item) == true) continue;

            // A known item without a time of its own is as old as can be, and so is one that isn't out yet; one that only events name is in only where the request names it.
            if (!catalogue.IsKnown(item) && filter.Included is null) continue;
            var published = catalogue.PublishTimeMs(item);
            var day = published > moment ? 0 : (published ?? catalogue.CreateTimeMs(item) ?? 0) / 86_400_000f;
            if (boosts is not null) day += SteeringWeights.DaysOfLogit * boosts.Of(item);
            if (top.Wants(item, day) && filter.Allows(item) && !taken.Contains(item)) top.Keep(item, day);
        }

        var count = top.Finish();
        for (var i = 0; i < count; i++) snapshot.Append(null, newest[i], 0);
    }
}
