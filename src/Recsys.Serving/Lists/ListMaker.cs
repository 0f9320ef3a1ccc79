using System.Buffers.Text;
using System.Security.Cryptography;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Filters;
using Recsys.Serving.Live;
using Recsys.Serving.Sessions;

namespace Recsys.Serving.Lists;

/// <summary>Makes ranked lists: loads the users, asks the network, fills a snapshot, renders a page of it.</summary>
internal sealed class ListMaker(
    AudienceLoader audiences, ItemNumbers items, CatalogueMirror catalogue, LiveModels models, MissingModels missing, SnapshotBuilder builder, PageRenderer renderer, PageTokens tokens,
    TimeProvider time)
{
    /// <summary>Makes one list, or a later page of one.</summary>
    /// <exception cref="EngineException">InvalidArgument (page_token).</exception>
    public async ValueTask<RankedList> MakeAsync(ListRequest request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return Make(request, await audiences.LoadAsync(request, now, cancellationToken), now);
    }

    /// <summary>Makes the list for an audience that is loaded.</summary>
    /// <exception cref="EngineException">InvalidArgument (page_token).</exception>
    public RankedList Make(ListRequest request, Audience audience, long now)
    {
        var fingerprint = RequestFingerprint.Of(request);
        var snapshot = request.PageToken.Length == 0 ? null : tokens.Read(request.PageToken, fingerprint, now);
        var model = models.Of(request.Namespace);
        var filter = FilterOf(request, audience, now);
        snapshot ??= Rank(request, audience, filter, model, now);
        var next = 0;
        var page = renderer.Render(
            new(request.Namespace, snapshot, request.PageSize, filter, model, audience, audience.Locale(request.Context?.Locale ?? ""), now), ref next);
        return new()
        {
            RecommendationId = Base64Url.EncodeToString(snapshot.RecommendationId.ToByteArray()),
            Request = request,
            Items = request.Explain && model is not null ? Explained(page, request, audience, filter, model, now) : page,
            NextPageToken = next < snapshot.Count ? tokens.Write(snapshot, next, fingerprint) : "",
            ModelVersion = snapshot.ModelVersion,
            Personalized = snapshot.Personalized,
            DegradedReason = audience.IsDegraded ? audience.DegradedReason : ReasonOf(request.Namespace, model),
            CreateTimeMs = snapshot.CreateTimeMs,
            StateRevision = snapshot.StateRevision,
        };
    }

    private List<RankedItem> Explained(List<RankedItem> page, ListRequest request, Audience audience, CandidateFilter filter, LiveModel model, long now)
    {
        var moment = request.RequestTimeMs ?? now;
        if (Wishes(audience, model, moment) is not { Count: > 0 } wishes) return page;
        HashSet<uint> numbers = [.. Numbers(request.Namespace, [.. page.Select(item => item.ItemId)])];
        var explained = builder.Explain(numbers, request.Namespace, filter, model, wishes, request.Sources, moment);
        return [.. page.Select(item => items.TryGet(request.Namespace, item.ItemId, out var number) && explained.TryGetValue(number, out var scores) ? item with { SourceScores = scores } : item)];
    }

    private string ReasonOf(string ns, LiveModel? model)
    {
        if (!missing.Lacks(ns, model?.Version)) return "";
        return model is null
            ? "The live model can't be loaded: the list is made without one."
            : "The live model can't be loaded: the list is made by one that was live before.";
    }

    private Snapshot Rank(ListRequest request, Audience audience, CandidateFilter filter, LiveModel? model, long now)
    {
        var wishes = model is null ? [] : Wishes(audience, model, request.RequestTimeMs ?? now);
        var snapshot = new Snapshot
        {
            // 128 random bits: whoever reports an outcome for a list must have seen it.
            RecommendationId = new(RandomNumberGenerator.GetBytes(16)),
            ModelVersion = model?.Version ?? "",
            Personalized = wishes.Count > 0,
            CreateTimeMs = now,
            StateRevision = audience.FirstRevision,
        };
        builder.Fill(snapshot, request.Namespace, filter, model, wishes, request.Sources, request.RequestTimeMs ?? now);
        return snapshot;
    }

    /// <summary>The wishes of the users of whom the model knows something.</summary>
    private static List<Wish> Wishes(Audience audience, LiveModel model, long moment)
    {
        var wishes = new List<Wish>(audience.Listeners.Count);
        foreach (var listener in audience.Listeners)
        {
            if (listener.State is not { } state) continue;
            var output = new float[model.Network.VectorSize];
            if (NetworkFollower.TryOutput(state, model, moment, output)) wishes.Add(new(output, NetworkFollower.Recent(state, model), NetworkFollower.Taste(state, model)));
        }

        return wishes;
    }

    private CandidateFilter FilterOf(ListRequest request, Audience audience, long now)
    {
        var country = audience.Country(request.Context?.Country ?? "");
        var moment = request.RequestTimeMs ?? now;
        var ceiling = audience.MaturityCeiling(request.MaturityCeiling);
        return new(catalogue, ListFilter.For(request.ItemKinds, ceiling, country, moment))
        {
            Filter = request.Filter,
            FilterContext = request.Filter is null
                ? default
                : FilterContext.For(catalogue, moment, country, audience.Locale(request.Context?.Locale ?? ""), audience.IsDegraded ? 0 : ceiling),
            Seen = request.SeenPolicy == SeenPolicy.Exclude ? new(audience) : null,
            Excluded = request.ExcludeItemIds.Count == 0 ? null : [.. Numbers(request.Namespace, request.ExcludeItemIds)],
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
