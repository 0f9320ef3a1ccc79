using Recsys.Serving.Catalogue;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;

namespace Recsys.Serving.Shelves;

/// <summary>The shelves that show something else than the ordinary list does: like one item, new, trending.</summary>
internal sealed class DiscoveryShelves(CatalogueMirror catalogue, ItemNumbers items, ListMaker lists, PlainLists plainLists, LiveModels models, Trending trending)
{
    private const long DayMs = 86_400_000;

    /// <summary>An item to which nothing is like names no shelf, and the next one is tried; only so many, because each is a look at the whole catalogue.</summary>
    private const int Tries = 3;

    /// <summary>Items like one that the users completed or liked, or like the one that the shelf names.</summary>
    /// <param name="plan">The shelf; receives what its title names.</param>
    /// <param name="modelVersion">By whose vectors; empty: by labels.</param>
    public IReadOnlyList<RankedItem> Because(ShelfPlan plan, out string modelVersion)
    {
        var screen = plan.Screen;
        modelVersion = "";
        if (!screen.FollowsEvents) return [];
        var filter = FilterOf(plan);
        foreach (var liked in plan.Shelf.ItemId.Length > 0 ? Given(plan, filter) : [.. Liked(screen, filter).Take(Tries)])
        {
            screen.Named.Add(liked);
            var shelf = Like(plan, liked, out modelVersion);
            if (shelf.Items.Count == 0) continue;
            plan.TitleArgs["item_id"] = items.IdOf(liked);
            if (catalogue.Title(liked, screen.Locale) is { Length: > 0 } title) plan.TitleArgs["title"] = title;
            return shelf.Items;
        }

        return [];
    }

    /// <summary>The ordinary list over what came out lately; what no model ranks comes by time.</summary>
    public RankedList New(ShelfPlan plan)
    {
        var screen = plan.Screen;
        plan.TitleArgs["days"] = plan.Shelf.MaxAgeDays.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var newest = Newest(plan);

        // Popular and trending counts would put in order what no model ranks, and that's up to time here.
        var sources = plan.Placement.Sources.With(CandidateSource.Popular, 0).With(CandidateSource.Trending, 0);
        var list = lists.Make(plan.List with { IncludeItemIds = newest, Sources = sources }, screen.Audience, screen.NowMs, screen.Work, plan.Shown, screen.Excluded);

        // Without anything new there would be no inclusion at all, and so everything.
        return list with { Request = plan.List, NextPageToken = "", Items = newest.Length == 0 ? [] : [.. list.Items.Select(item => WithTime(item, screen.Request.Namespace))] };
    }

    /// <summary>What is played most now where the users are; what they want more or less of is counted as more or less often played.</summary>
    public IReadOnlyList<RankedItem> Trending(ShelfPlan plan)
    {
        var (ns, country) = (plan.Screen.Request.Namespace, plan.Screen.Country);
        if (trending.RankingOf(ns, country) is not { } ranking) return [];
        var filter = FilterOf(plan);
        var counted = ranking.Items.Select(item => (Item: item, Count: trending.CountOf(ns, country, item, plan.Screen.NowMs), Moved: filter.Steering?.Of(item) ?? 0));
        if (filter.Steering is not null) counted = counted.OrderByDescending(static one => one.Count * Math.Exp(one.Moved)).ToList();
        var shelf = Fill();
        if (shelf.Items.Count > 0 || filter.Steering is null) return shelf.Items;

        // Of what is left users want less: better than nothing.
        filter.TakesDropped = true;
        return Fill().Items;

        ShelfItems Fill()
        {
            var filled = new ShelfItems(items, catalogue, plan, filter);
            foreach (var (item, count, moved) in counted)
            {
                if (filled.IsFull) break;
                filled.Offer(item, count * Math.Exp(moved), new(CandidateSource.Trending, count) { Kind = ReasonKind.Trending });
            }

            return filled;
        }
    }

    private ShelfItems Like(ShelfPlan plan, uint liked, out string modelVersion)
    {
        var (screen, ns) = (plan.Screen, plan.Screen.Request.Namespace);
        modelVersion = models.Of(ns, plan.Choice.ModelVersion) is { } model && model.DenseId(liked) >= 0 ? model.Version : "";
        var snapshot = new Snapshot { RecommendationId = Guid.Empty, ModelVersion = modelVersion, Personalized = true, CreateTimeMs = screen.NowMs, StateRevision = 0 };
        var filter = FilterOf(plan);
        plainLists.FillSimilar(ns, liked, filter, snapshot);
        var shelf = new ShelfItems(items, catalogue, plan, filter);
        foreach (ref readonly var entry in snapshot.Entries)
        {
            if (shelf.IsFull) break;
            shelf.Offer(entry.Item, entry.Score, new(CandidateSource.Similar, entry.Score, items.IdOf(liked), modelVersion.Length > 0 ? entry.Score : 0) { Kind = ReasonKind.BecausePlayed });
        }

        return shelf;
    }

    private uint[] Given(ShelfPlan plan, CandidateFilter filter) =>
        items.TryGet(plan.Screen.Request.Namespace, plan.Shelf.ItemId, out var given) && filter.MayNameAsAsked(given) ? [given] : [];

    /// <summary>What a shelf can be named after, the newest first.</summary>
    private static IEnumerable<uint> Liked(ShelfScreen screen, CandidateFilter filter) => screen.History.Items
        .Where(item => !item.IsDisliked && (item.CompletedMs ?? item.LikedMs) is not null && !screen.Named.Contains(item.Item) && filter.MayBeNamed(item.Item))
        .OrderByDescending(static item => Math.Max(item.CompletedMs ?? long.MinValue, item.LikedMs ?? long.MinValue))
        .ThenBy(static item => item.Item)
        .Select(static item => item.Item);

    /// <summary>Ids of the newest items that may be on the shelf.</summary>
    private string[] Newest(ShelfPlan plan)
    {
        var (filter, until) = (FilterOf(plan), plan.Screen.MomentMs);
        var since = until - (plan.Shelf.MaxAgeDays * DayMs);
        Span<uint> newest = stackalloc uint[Snapshot.MaxDepth];
        Span<float> ages = stackalloc float[Snapshot.MaxDepth];
        var top = new TopCandidates(newest, ages);
        foreach (var item in catalogue.ItemsOf(plan.Screen.Request.Namespace))
        {
            if (TimeOf(item) is not { } time || time > until || time < since) continue;
            var age = (float)(time - until);
            if (top.Wants(item, age) && filter.Allows(item)) top.Keep(item, age);
        }

        var ids = new string[top.Finish()];
        for (var i = 0; i < ids.Length; i++) ids[i] = items.IdOf(newest[i]);
        return ids;
    }

    private long? TimeOf(uint item) => catalogue.PublishTimeMs(item) ?? catalogue.CreateTimeMs(item);

    private RankedItem WithTime(RankedItem item, string ns)
    {
        var time = items.TryGet(ns, item.ItemId, out var number) ? TimeOf(number) : null;
        return item with { Reasons = [new(CandidateSource.Fresh, 0) { Kind = ReasonKind.New, TimeMs = time }, .. item.Reasons] };
    }

    private CandidateFilter FilterOf(ShelfPlan plan)
    {
        var (screen, model) = (plan.Screen, models.Of(plan.List.Namespace, plan.Choice.ModelVersion));
        return lists.FilterOf(plan.List, plan.Placement, screen.Audience, screen.NowMs, screen.Work, plan.Shown, model, screen.Excluded);
    }
}
