using Recsys.Serving.Catalogue;
using Recsys.Serving.Filters;
using Recsys.Serving.Live;

namespace Recsys.Serving.Lists;

/// <summary>Lists for nobody in particular: items like one item, and what is played most now.</summary>
internal sealed class PlainLists(ItemNumbers items, CatalogueMirror catalogue, LiveModels models, Trending trending, PageTokens tokens, TimeProvider time)
{
    private const byte SimilarList = 1;
    private const byte TrendingList = 2;

    /// <summary>
    /// Items like one item: by the cosine of the live model's taste vectors, or of its network's where it has none, or, where it doesn't know the item, by the share of genres and tags in common.
    /// </summary>
    /// <exception cref="EngineException">NotFound, InvalidArgument (page_token).</exception>
    public PlainList Similar(PlainListRequest request, CancellationToken cancellationToken)
    {
        if (!items.TryGet(request.Namespace, request.ItemId, out var item))
            throw new EngineException(EngineErrorKind.NotFound, "ITEM_NOT_FOUND", $"No item {request.ItemId} is in the catalogue or in any event.", "item_id");
        return Make(SimilarList, request, (filter, snapshot) => FillSimilar(request.Namespace, item, filter, snapshot), cancellationToken);
    }

    /// <summary>What is played most now.</summary>
    /// <exception cref="EngineException">InvalidArgument (page_token).</exception>
    public PlainList Trending(PlainListRequest request, CancellationToken cancellationToken) =>
        Make(TrendingList, request, (filter, snapshot) => FillTrending(request.Namespace, filter, snapshot), cancellationToken);

    private PlainList Make(byte list, PlainListRequest request, Action<CandidateFilter, Snapshot> fill, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var fingerprint = RequestFingerprint.Of(list, request);
        var (country, locale) = (request.Context?.Country ?? "", request.Context?.Locale ?? "");
        var filter = new CandidateFilter(catalogue, ListFilter.For(request.ItemKinds, request.MaturityCeiling, country, now))
        {
            Country = country,
            Nameable = ListFilter.ForAnyKind(request.MaturityCeiling, country, now),
            Filter = request.Filter,
            Context = request.Filter is null ? default : FilterContext.For(catalogue, now, country, locale, request.MaturityCeiling, new(cancellationToken)),
        };
        var model = list == SimilarList && items.TryGet(request.Namespace, request.ItemId, out var item) && models.Of(request.Namespace) is { } live && live.DenseId(item) >= 0 ? live : null;
        Snapshot snapshot;
        if (request.PageToken.Length > 0)
        {
            snapshot = tokens.Read(request.PageToken, fingerprint, now);
        }
        else
        {
            snapshot = new() { RecommendationId = Guid.Empty, ModelVersion = model?.Version ?? "", Personalized = false, CreateTimeMs = now, StateRevision = 0 };
            fill(filter, snapshot);
        }

        var ranked = new List<RankedItem>(Math.Min(request.PageSize, snapshot.Count));
        var next = 0;
        for (; next < snapshot.Count && ranked.Count < request.PageSize; next++)
        {
            if (!filter.IsEligible(snapshot.Entries[next].Item)) continue;
            ListReason[] reasons = list == TrendingList ? [new(CandidateSource.Trending, snapshot.Entries[next].Score)] : [];
            ranked.Add(new(
                items.IdOf(snapshot.Entries[next].Item), snapshot.FirstPosition + next, snapshot.Entries[next].Score, 1,
                catalogue.Title(snapshot.Entries[next].Item, locale), reasons));
        }

        return new(ranked, next < snapshot.Count ? tokens.Write(snapshot, next, fingerprint) : "", snapshot.ModelVersion);
    }

    /// <summary>The items most like one, by the model that the snapshot names, or by labels.</summary>
    public void FillSimilar(string ns, uint item, CandidateFilter filter, Snapshot snapshot)
    {
        Span<uint> items = stackalloc uint[Snapshot.MaxDepth];
        Span<float> scores = stackalloc float[Snapshot.MaxDepth];
        var top = new TopCandidates(items, scores);
        if (models.Of(ns, snapshot.ModelVersion) is { } model && model.DenseId(item) is var own and >= 0 && model.Version == snapshot.ModelVersion)
        {
            var (numbers, taste) = (model.ItemNumbers, model.Sources.Taste);
            for (var id = 0; id < numbers.Length; id++)
            {
                if (id == own) continue;
                var cosine = taste?.CosineSimilarity(own, id) ?? model.Network.CosineSimilarity(own, id);
                if (top.Wants(numbers[id], cosine) && filter.Allows(numbers[id])) top.Keep(numbers[id], cosine);
            }
        }
        else
        {
            foreach (var other in catalogue.ItemsOf(ns))
            {
                if (other == item || !catalogue.IsKnown(other)) continue;
                var share = (float)catalogue.Similarity(item, other);
                if (share > 0 && top.Wants(other, share) && filter.Allows(other)) top.Keep(other, share);
            }
        }

        var count = top.Finish();
        for (var i = 0; i < count; i++) snapshot.Add(new(items[i], scores[i], 0, default, 0));
    }

    private void FillTrending(string ns, CandidateFilter filter, Snapshot snapshot)
    {
        if (trending.RankingOf(ns, filter.Country) is not { } ranking) return;
        for (var i = 0; i < ranking.Items.Length && !snapshot.IsFull; i++)
        {
            if (!filter.IsEligible(ranking.Items[i])) continue;
            snapshot.Append(CandidateSource.Trending, ranking.Items[i], trending.CountOf(ns, filter.Country, ranking.Items[i], snapshot.CreateTimeMs));
        }
    }
}
