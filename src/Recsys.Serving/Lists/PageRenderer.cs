using System.Numerics;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Fresh;
using Recsys.Serving.Live;

namespace Recsys.Serving.Lists;

/// <summary>Turns one page of a snapshot into what callers see: ids, titles, reasons.</summary>
internal sealed class PageRenderer(CatalogueMirror catalogue, ItemNumbers items, Trending trending, FreshItems? fresh = null)
{
    private const int BecauseItems = 20;

    /// <summary>Renders items from <paramref name="index"/> on until the page is full, passing over what the filter no longer allows (taken down since an earlier page).</summary>
    /// <param name="page">What to render.</param>
    /// <param name="index">Where to start; afterwards where the next page starts.</param>
    public List<RankedItem> Render(in Page page, ref int index)
    {
        var snapshot = page.Snapshot;
        var rendered = new List<RankedItem>(Math.Min(page.Size, snapshot.Count));
        var recent = RecentKnown(page);
        for (; index < snapshot.Count && rendered.Count < page.Size; index++)
        {
            var entry = snapshot.Entries[index];
            var item = entry.Item;
            if (!page.Filter.IsEligible(item)) continue;
            rendered.Add(new(
                items.IdOf(item),
                snapshot.FirstPosition + index,
                entry.Score,
                entry.Propensity,
                catalogue.Title(item, page.Locale),
                Reasons(page, recent, entry)));
        }

        return rendered;
    }

    /// <summary>What says most for it first, then whatever else proposed it.</summary>
    private ListReason[] Reasons(in Page page, List<(uint Item, int Id)> recent, in SnapshotEntry entry)
    {
        if (entry.Main == default) return [];
        var reasons = new ListReason[BitOperations.PopCount(entry.Sources)];
        reasons[0] = First(page, recent, entry);
        var next = 1;
        for (var source = CandidateSource.Session; source <= CandidateSource.Fresh; source++)
        {
            if (source != entry.Main && (entry.Sources & CandidateSources.Bit(source)) != 0) reasons[next++] = new(source, 0);
        }

        return reasons;
    }

    private ListReason First(in Page page, List<(uint Item, int Id)> recent, in SnapshotEntry entry) => entry.Main switch
    {
        CandidateSource.Trending => new(CandidateSource.Trending, trending.CountOf(page.Namespace, page.Filter.Country, entry.Item, page.NowMs)),
        CandidateSource.Popular => new(CandidateSource.Popular, Popularity(page.Model, entry.Item) ?? entry.MainScore),
        CandidateSource.Fresh => LikeKnown(page, entry),
        _ => Because(page.Model, recent, entry),
    };

    /// <summary>The nearest item that the model knows, by the attributes, and that may be named.</summary>
    private ListReason LikeKnown(in Page page, in SnapshotEntry entry)
    {
        if (page.Model is { } model && fresh?.Of(model) is { } known)
        {
            foreach (var near in known.Of(entry.Item))
            {
                var item = model.ItemNumbers[near.Id];
                if (page.Filter.MayBeNamed(item)) return new(entry.Main, entry.MainScore, items.IdOf(item), near.Similarity);
            }
        }

        return new(entry.Main, entry.MainScore);
    }

    private static float? Popularity(LiveModel? model, uint item) =>
        model?.DenseId(item) is { } id and >= 0 ? model.Network.ItemPopularity[id] : null;

    /// <summary>The nearest of the latest items, by the cosine of the item vectors.</summary>
    private ListReason Because(LiveModel? model, List<(uint Item, int Id)> recent, in SnapshotEntry entry)
    {
        var candidate = model?.DenseId(entry.Item) ?? -1;
        if (candidate < 0 || recent.Count == 0) return new(entry.Main, entry.MainScore);
        var (nearest, best) = (0u, float.NegativeInfinity);
        foreach (var (other, id) in recent)
        {
            var cosine = id == candidate ? 1 : model!.Network.CosineSimilarity(id, candidate);
            if (cosine > best) (nearest, best) = (other, cosine);
        }

        return new(entry.Main, entry.MainScore, items.IdOf(nearest), best);
    }

    /// <summary>
    /// The newest distinct items of each user's ring that the model knows and that may be named: in a household's list a child sees what it may see of the others' plays. None where another
    /// model ranked the list.
    /// </summary>
    private static List<(uint Item, int Id)> RecentKnown(in Page page)
    {
        var recent = new List<(uint Item, int Id)>();
        if (page.Model is not { } model || model.Version != page.Snapshot.ModelVersion || !page.Snapshot.Personalized) return recent;
        Span<uint> distinct = stackalloc uint[BecauseItems];
        foreach (var listener in page.Audience.Listeners)
        {
            if (listener.State is not { } state) continue;
            var count = 0;
            for (var i = state.Ring.Count - 1; i >= 0 && count < BecauseItems; i--)
            {
                var item = state.Ring[i].Item;
                if (distinct[..count].Contains(item)) continue;
                distinct[count++] = item;
                if (model.DenseId(item) is var id and >= 0 && page.Filter.MayBeNamed(item)) recent.Add((item, id));
            }
        }

        return recent;
    }
}
