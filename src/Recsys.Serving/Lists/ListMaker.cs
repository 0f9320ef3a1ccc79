using System.Buffers.Text;
using System.Security.Cryptography;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Experiments;
using Recsys.Serving.Filters;
using Recsys.Serving.Live;
using Recsys.Serving.Placements;
using Recsys.Serving.Rules;
using Recsys.Serving.Sessions;
using Recsys.Serving.Steering;

namespace Recsys.Serving.Lists;

/// <summary>Makes ranked lists: loads the users, asks the sources, ranks, puts what was ranked into places by the rules of the placement, renders a page of it.</summary>
internal sealed class ListMaker(
    AudienceLoader audiences, ShownItems shownItems, ItemNumbers items, CatalogueMirror catalogue, LiveModels models, MissingModels missing, ExperimentRegistry experiments, SnapshotBuilder builder,
    ListRules rules, PageRenderer renderer, PageTokens tokens, Steerer steerer, TimeProvider time)
{
    private const int DefaultPageSize = 20;

    /// <summary>Makes one list, or a later page of one.</summary>
    /// <exception cref="EngineException">InvalidArgument (page_token).</exception>
    public async ValueTask<RankedList> MakeAsync(ListRequest request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var audience = await audiences.LoadAsync(request, now, cancellationToken);
        var cap = request.PageToken.Length > 0 || audience.IsDegraded ? null : experiments.Choose(request.Namespace, request.Placement, request.UserIds).Placement.FrequencyCap;
        var shown = cap is null ? null : await shownItems.LoadAsync(Steerer.OfProfiled(request, audience), cap, request.RequestTimeMs ?? now, cancellationToken);
        return Make(request, audience, now, new(cancellationToken), shown);
    }

    /// <summary>Makes the list for an audience that is loaded.</summary>
    /// <param name="request">The request.</param>
    /// <param name="audience">Its users.</param>
    /// <param name="now">Unix ms.</param>
    /// <param name="work">The call's.</param>
    /// <param name="shown">What they were shown often enough; null: nothing.</param>
    /// <param name="excluded">What is left out, in place of the request's own; null: those.</param>
    /// <exception cref="EngineException">InvalidArgument (page_token).</exception>
    public RankedList Make(ListRequest request, Audience audience, long now, FilterWork work, HashSet<uint>? shown = null, HashSet<uint>? excluded = null)
    {
        work.ThrowIfOver();
        var fingerprint = RequestFingerprint.Of(request);
        var snapshot = request.PageToken.Length == 0 ? null : tokens.Read(request.PageToken, fingerprint, now);
        snapshot?.Followed.ThrowIfGone(audience);
        var followed = FollowedUsers.Of(audience);
        audience = steerer.Personalized(request, audience, request.RequestTimeMs ?? now);
        var choice = snapshot is null
            ? experiments.Choose(request.Namespace, request.Placement, request.UserIds)
            : experiments.Continue(request.Namespace, request.Placement, snapshot.ExperimentId, snapshot.Variant);
        var model = models.Of(request.Namespace, choice.ModelVersion);
        var placement = CompiledPlacement.Of(choice.Placement);
        var pageSize = request.PageSize > 0 ? request.PageSize : placement.Placement.PageSize > 0 ? placement.Placement.PageSize : DefaultPageSize;
        var filter = FilterOf(request, placement, audience, now, work, shown, model, excluded);
        snapshot ??= Rank(request, placement, choice, pageSize, audience, filter, model, now, followed);
        var next = 0;
        var page = renderer.Render(
            new(request.Namespace, snapshot, pageSize, filter, model, audience, audience.Locale(request.Context?.Locale ?? ""), now), ref next);
        return new()
        {
            RecommendationId = Base64Url.EncodeToString(snapshot.RecommendationId.ToByteArray()),
            Request = request,
            Items = request.Explain && model is not null ? Explained(page, request, placement, audience, filter, model, now) : page,
            NextPageToken = next < snapshot.Count ? tokens.Write(snapshot, next, fingerprint) : "",
            ModelVersion = snapshot.ModelVersion,
            Personalized = snapshot.Personalized,
            DegradedReason = audience.IsDegraded ? audience.DegradedReason : ReasonOf(request.Namespace, choice, model, snapshot.ModelVersion),
            CreateTimeMs = snapshot.CreateTimeMs,
            StateRevision = snapshot.StateRevision,
            ExperimentId = snapshot.ExperimentId,
            Variant = snapshot.Variant,
        };
    }

    private List<RankedItem> Explained(
        List<RankedItem> page, ListRequest request, CompiledPlacement placement, Audience audience, CandidateFilter filter, LiveModel model, long now)
    {
        var moment = request.RequestTimeMs ?? now;
        if (Wishes(audience, model, moment) is not { Count: > 0 } wishes) return page;
        HashSet<uint> numbers = [.. Numbers(request.Namespace, [.. page.Select(item => item.ItemId)])];
        var explained = builder.Explain(numbers, request.Namespace, filter, model, wishes, request.Sources ?? placement.Sources, moment);
        return [.. page.Select(item => items.TryGet(request.Namespace, item.ItemId, out var number) && explained.TryGetValue(number, out var scores) ? item with { SourceScores = scores } : item)];
    }

    /// <summary>What is missing of the model that a list should be made by; empty: nothing.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="choice">By whose variant.</param>
    /// <param name="model">What there is now.</param>
    /// <param name="madeBy">The version that ranked it.</param>
    public string ReasonOf(string ns, in PlacementChoice choice, LiveModel? model, string madeBy)
    {
        if (choice.ModelVersion.Length > 0)
        {
            if (choice.ModelVersion == model?.Version || choice.ModelVersion == madeBy) return "";
            return $"The model '{choice.ModelVersion}' of the experiment's variant isn't loaded: the list is made {(model is null ? "without one" : "by the live one")}.";
        }

        if (!missing.Lacks(ns, model?.Version)) return "";
        return model is null
            ? "The live model can't be loaded: the list is made without one."
            : "The live model can't be loaded: the list is made by one that was live before.";
    }

    private Snapshot Rank(
        ListRequest request, CompiledPlacement placement, in PlacementChoice choice, int pageSize, Audience audience, CandidateFilter filter, LiveModel? model, long now, FollowedUsers followed)
    {
        var moment = request.RequestTimeMs ?? now;
        var wishes = model is null ? [] : Wishes(audience, model, moment);

        var isPersonalized = wishes.Count > 0 || filter.Steering is { Moves: true };
        var (experimentId, variant) = (choice.ExperimentId, choice.Variant);

        // 128 random bits: whoever reports an outcome for a list must have seen it.
        var id = RandomNumberGenerator.GetBytes(16);
        var ranked = New();
        var boosts = BoostsOf(request.Namespace, placement, filter, moment);
        builder.Fill(ranked, request.Namespace, filter, model, wishes, request.Sources ?? placement.Sources, moment, boosts, placement.Placement.RankingObjective);
        if (ranked.Count == 0 && filter.Steering is { Drops: true })
        {
            // "Less like this" never empties a list.
            filter.TakesDropped = true;
            builder.Fill(ranked, request.Namespace, filter, model, wishes, request.Sources ?? placement.Sources, moment, boosts, placement.Placement.RankingObjective);
        }

        if (placement.LeavesOrder) return ranked;
        var arranged = New();
        var pins = PinsOf(request.Namespace, placement.Placement, ranked, filter, moment);
        rules.Arrange(ranked.Entries, placement.Placement, pins, pageSize, model, new Random(BitConverter.ToInt32(id)), arranged);
        return arranged;

        Snapshot New() => new()
        {
            RecommendationId = new(id),
            ModelVersion = model?.Version ?? "",
            Personalized = isPersonalized,
            Followed = isPersonalized ? followed : default,
            CreateTimeMs = now,
            StateRevision = audience.FirstRevision,
            ExperimentId = experimentId,
            Variant = variant,
        };
    }

    /// <summary>The boosts that hold at a moment; null: none does.</summary>
    private BoostTable? BoostsOf(string ns, CompiledPlacement placement, CandidateFilter filter, long moment)
    {
        var steering = filter.Steering is { Moves: true } moves ? moves : null;
        if (placement.Placement.Boosts.Count == 0 && steering is null) return null;
        var (named, filters) = (new Dictionary<uint, float>(), new List<(ItemFilter, float)>());
        for (var i = 0; i < placement.Placement.Boosts.Count; i++)
        {
            var boost = placement.Placement.Boosts[i];
            if (!boost.Period.Holds(moment)) continue;
            var logFactor = (float)Math.Log(boost.Factor);
            if (placement.BoostFilters[i] is { } boosted) filters.Add((boosted, logFactor));
            foreach (var number in Numbers(ns, boost.ItemIds)) named[number] = named.GetValueOrDefault(number) + logFactor;
        }

        return named.Count + filters.Count == 0 && steering is null ? null : new(named, filters, filter.Context) { Steering = steering };
    }

    /// <summary>The pins that hold at a moment and whose items may be shown, by place.</summary>
    private Dictionary<int, SnapshotEntry> PinsOf(string ns, Placement placement, Snapshot ranked, CandidateFilter filter, long moment)
    {
        var pins = new Dictionary<int, SnapshotEntry>();
        foreach (var pin in placement.Pins)
        {
            if (!pin.Period.Holds(moment) || !items.TryGet(ns, pin.ItemId, out var number) || !catalogue.IsKnown(number) || !filter.MayBePinned(number)) continue;
            var entry = new SnapshotEntry(number, 0, 0, default, 0);
            foreach (ref readonly var known in ranked.Entries)
            {
                if (known.Item == number) entry = known;
            }

            pins.Add(pin.Position, entry);
        }

        return pins;
    }

    /// <summary>The wishes of the users of whom the model knows something.</summary>
    private static List<Wish> Wishes(Audience audience, LiveModel model, long moment)
    {
        var wishes = new List<Wish>(audience.Listeners.Count);
        foreach (var listener in audience.Listeners)
        {
            if (listener.State is not { } state) continue;
            var output = new float[model.Network.VectorSize];
            if (NetworkFollower.TryOutput(state, model, moment, output))
                wishes.Add(new(output, NetworkFollower.Recent(state, model), NetworkFollower.Taste(state, model), NetworkFollower.LastMs(state)));
        }

        return wishes;
    }

    /// <summary>What may be in a list; see <see cref="Make"/>.</summary>
    public CandidateFilter FilterOf(
        ListRequest request, CompiledPlacement placement, Audience audience, long now, FilterWork work, HashSet<uint>? shown, LiveModel? model, HashSet<uint>? excluded = null)
    {
        var country = audience.Country(request.Context?.Country ?? "");
        var moment = request.RequestTimeMs ?? now;
        var ceiling = audience.MaturityCeiling(request.MaturityCeiling);
        var asks = request.Filter is not null || placement.Filter is not null || placement.Placement.Boosts.Count > 0;
        HashSet<uint>? own = request.ExcludeItemIds.Count == 0 ? null : [.. Numbers(request.Namespace, request.ExcludeItemIds)];
        var seen = request.SeenPolicy switch
        {
            SeenPolicy.Exclude => new(PlacementSeenPolicy.Never, 0),
            SeenPolicy.Allow => new(PlacementSeenPolicy.Allow, 0),
            _ => placement.Placement.Seen,
        };
        return new(catalogue, ListFilter.For(request.ItemKinds, ceiling, country, moment))
        {
            Country = country,
            Nameable = ListFilter.ForAnyKind(ceiling, country, moment),
            Filter = request.Filter,
            PlacementFilter = placement.Filter,
            Context = asks ? FilterContext.For(catalogue, moment, country, audience.Locale(request.Context?.Locale ?? ""), audience.IsDegraded ? 0 : ceiling, work) : default,
            Seen = seen.Policy == PlacementSeenPolicy.Allow ? null : new(audience, seen, moment),
            Shown = shown,
            Steering = steerer.Of(request, audience, model),
            Excluded = excluded ?? own,
            Unnamed = own,
            Included = request.IncludeItemIds.Count == 0 ? null : Numbers(request.Namespace, request.IncludeItemIds),
            Cautious = audience.IsDegraded ? ListFilter.For(request.ItemKinds, 0, country, moment) : null,
        };
    }

    /// <summary>Numbers of the items that have one, ascending and distinct; the others are in no list anyway.</summary>
    private uint[] Numbers(string ns, IReadOnlyList<string> ids)
    {
        var numbers = new SortedSet<uint>();
        for (var i = 0; i < ids.Count; i++)
        {
            if (items.TryGet(ns, ids[i], out var number)) numbers.Add(number);
        }

        return [.. numbers];
    }
}
