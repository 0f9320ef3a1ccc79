using System.Buffers.Text;
using System.Security.Cryptography;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Experiments;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;
using Recsys.Serving.Placements;
using Recsys.Serving.Steering;

namespace Recsys.Serving.Shelves;

/// <summary>Makes the shelves of a screen: loads the users once, then one shelf after the other, each without what the ones before it have.</summary>
internal sealed class ShelfMaker(
    ShelfParts parts, ListMaker lists, PlainLists plainLists, ItemNumbers items, LiveModels models, PlacementRegistry placements, ExperimentRegistry experiments, TimeProvider time)
{
    private const int DefaultPageSize = 20;
    private const int MaxPageSize = 100;

    private readonly PersonalShelves _personal = new(parts.Catalogue, items, lists);
    private readonly DiscoveryShelves _discovery = new(parts.Catalogue, items, lists, plainLists, models, parts.Trending);

    /// <summary>Makes the shelves. A store that is down gives those that are possible without it.</summary>
    public async ValueTask<ShelvesAnswer> MakeAsync(ShelvesRequest request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var audience = await parts.Audiences.LoadAsync(new() { Namespace = request.Namespace, UserIds = request.UserIds }, now, cancellationToken);
        var screen = new ShelfScreen(request, audience, now, Numbers(request.Namespace, request.ExcludeItemIds), cancellationToken);

        // An item that a later shelf is named after by the request isn't what an earlier one chooses.
        screen.Named.UnionWith(Numbers(request.Namespace, request.Shelves.Select(static shelf => shelf.ItemId)));
        var shown = new Dictionary<string, HashSet<uint>?>(StringComparer.Ordinal);
        var (shelves, degradedReason) = (new List<Shelf>(), audience.DegradedReason);
        for (var i = 0; i < request.Shelves.Count; i++)
        {
            var plan = await PlanAsync(screen, request.Shelves[i], shown, cancellationToken);
            screen.Work.ThrowIfOver();
            var list = Make(plan);
            screen.Excluded.UnionWith(Numbers(request.Namespace, list.Items.Select(static item => item.ItemId)));
            if (degradedReason.Length == 0) degradedReason = list.DegradedReason;
            if (list.Items.Count > 0 || request.KeepEmpty) shelves.Add(new(plan.Shelf.Kind, i, TitleKeyOf(plan), plan.TitleArgs, list));
        }

        return new(shelves, degradedReason);
    }

    private async ValueTask<ShelfPlan> PlanAsync(ShelfScreen screen, ShelfRequest shelf, Dictionary<string, HashSet<uint>?> shown, CancellationToken cancellationToken)
    {
        var choice = experiments.Choose(screen.Request.Namespace, shelf.Placement, screen.Request.UserIds);
        var placement = choice.Placement;
        var size = shelf.PageSize > 0 ? shelf.PageSize : placement.PageSize > 0 ? Math.Min(placement.PageSize, MaxPageSize) : DefaultPageSize;
        var list = screen.ListOf(shelf, size);

        // Who shows what users are in the middle of does so again and again.
        var isCapped = shelf.Kind is not (ShelfKind.Continue or ShelfKind.NextEpisode or ShelfKind.Again) && placement.FrequencyCap is not null && !screen.Audience.IsDegraded;
        if (isCapped && !shown.ContainsKey(shelf.Placement))
            shown[shelf.Placement] = await parts.Shown.LoadAsync(Steerer.OfProfiled(list, screen.Audience), placement.FrequencyCap!, screen.MomentMs, cancellationToken);
        return new(screen, shelf, choice, list, isCapped ? shown[shelf.Placement] : null);
    }

    private RankedList Make(ShelfPlan plan)
    {
        var (screen, modelVersion) = (plan.Screen, "");
        return plan.Shelf.Kind switch
        {
            ShelfKind.Recommended => lists.Make(plan.List, screen.Audience, screen.NowMs, screen.Work, plan.Shown, screen.Excluded) with { NextPageToken = "" },
            ShelfKind.New => _discovery.New(plan),
            ShelfKind.Continue => ListOf(plan, _personal.Continue(plan), follows: true),
            ShelfKind.NextEpisode => ListOf(plan, _personal.NextEpisodes(plan), follows: true),
            ShelfKind.Again => ListOf(plan, _personal.Again(plan), follows: true),
            ShelfKind.BecauseYouPlayed => OfVariant(plan, ListOf(plan, _discovery.Because(plan, out modelVersion), plan.Shelf.ItemId.Length == 0, modelVersion)),
            ShelfKind.Trending => ListOf(plan, _discovery.Trending(plan), follows: false),
            var kind => throw new ArgumentOutOfRangeException(nameof(plan), kind, "No known kind of shelf."),
        };
    }

    /// <summary>Says so where the variant's model is missing.</summary>
    private RankedList OfVariant(ShelfPlan plan, RankedList list)
    {
        var (ns, version) = (plan.List.Namespace, plan.Choice.ModelVersion);
        if (version.Length == 0 || list.DegradedReason.Length > 0) return list;
        return list with { DegradedReason = lists.ReasonOf(ns, plan.Choice, models.Of(ns, version), list.ModelVersion) };
    }

    private static RankedList ListOf(ShelfPlan plan, IReadOnlyList<RankedItem> items, bool follows, string modelVersion = "") => new()
    {
        // As of every list: whoever reports an outcome must have seen it.
        RecommendationId = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)),
        Request = plan.List,
        Items = items,
        NextPageToken = "",
        ModelVersion = modelVersion,
        Personalized = follows && items.Count > 0,
        DegradedReason = plan.Screen.Audience.DegradedReason,
        CreateTimeMs = plan.Screen.NowMs,
        StateRevision = plan.Screen.Audience.FirstRevision,
        ExperimentId = plan.Choice.ExperimentId,
        Variant = plan.Choice.Variant,
    };

    /// <summary>
    /// What the variant's placement is called, else the shelf's own. What `default` is called says nothing of a shelf that names no placement, or one without a configuration.
    /// </summary>
    private string TitleKeyOf(ShelfPlan plan)
    {
        var ruling = plan.Choice.Placement;
        if (ruling.PlacementId != Placement.DefaultId && ruling.TitleKey.Length > 0) return ruling.TitleKey;
        var placement = placements.Of(plan.List.Namespace, plan.Shelf.Placement);
        if (placement.PlacementId == plan.Shelf.Placement && placement.TitleKey.Length > 0) return placement.TitleKey;
        return plan.Shelf.Kind switch
        {
            ShelfKind.Recommended => "shelf.recommended",
            ShelfKind.Continue => "shelf.continue",
            ShelfKind.NextEpisode => "shelf.next_episode",
            ShelfKind.Again => "shelf.again",
            ShelfKind.BecauseYouPlayed => "shelf.because_you_played",
            ShelfKind.New => "shelf.new",
            _ => "shelf.trending",
        };
    }

    private IEnumerable<uint> Numbers(string ns, IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            if (id.Length > 0 && items.TryGet(ns, id, out var number)) yield return number;
        }
    }
}
