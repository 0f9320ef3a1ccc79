using System.Globalization;
using Grpc.Core;
using Recsys.Server.Access;
using Recsys.Server.Errors;
using Recsys.Server.Mapping;
using Recsys.Server.Streaming;
using Recsys.Server.Validation;
using Recsys.Serving.Placements;

namespace Recsys.Server.Placements;

/// <summary>recsys.v1.PlacementService.</summary>
internal sealed class PlacementEndpoint(StreamContext streams) : V1.PlacementService.PlacementServiceBase
{
    private PlacementRegistry Placements => streams.Engine.Placements;

    public override async Task<V1.GetPlacementResponse> GetPlacement(V1.GetPlacementRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        violations.Id("placement_id", request.PlacementId);
        violations.Range("version", request.Version, 0, long.MaxValue);
        violations.ThrowIfAny();
        return new V1.GetPlacementResponse { Placement = PlacementMapping.Write(await Placements.GetAsync(ns, request.PlacementId, request.Version, context.CancellationToken)) };
    }

    public override Task<V1.ListPlacementsResponse> ListPlacements(V1.ListPlacementsRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        var pageSize = violations.ListingPageSize(request.PageSize);
        var listing = $"placements/{ns}";
        var after = PageTokens.Read(request.PageToken, listing, violations);
        violations.ThrowIfAny();

        var response = new V1.ListPlacementsResponse();
        response.NextPageToken = ListingPage.Fill(
            response.Placements, Placements.List(ns), placement => placement.Placement.PlacementId, PlacementMapping.Write, after, pageSize, listing);
        return Task.FromResult(response);
    }

    public override async Task<V1.PutPlacementResponse> PutPlacement(V1.PutPlacementRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        violations.Id("etag", request.Etag, required: false);
        if (request.Placement is null) violations.Add("placement", "is required");
        var placement = PlacementMapping.Read(request.Placement ?? new V1.Placement(), violations.In("placement"));
        violations.In("");

        // A filter that isn't even text needs no word on its grammar.
        var known = violations.All.Select(violation => violation.Field).ToHashSet();
        foreach (var violation in Placements.Check(placement))
        {
            if (!known.Contains(violation.Field)) violations.Add(violation.Field, violation.Description);
        }

        violations.ThrowIfAny();
        var written = await Placements.PutAsync(ns, placement, request.Etag, CallerOf(context), request.ValidateOnly, context.CancellationToken);
        return new V1.PutPlacementResponse { Placement = PlacementMapping.Write(written.Placement), Created = written.Created, ReplicasPending = written.ReplicasPending };
    }

    public override async Task<V1.DeletePlacementResponse> DeletePlacement(V1.DeletePlacementRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        violations.Id("placement_id", request.PlacementId);
        violations.Id("etag", request.Etag, required: false);
        violations.ThrowIfAny();
        return new V1.DeletePlacementResponse
        {
            ReplicasPending = await Placements.DeleteAsync(ns, request.PlacementId, request.Etag, CallerOf(context), context.CancellationToken),
        };
    }

    public override async Task<V1.ListPlacementVersionsResponse> ListPlacementVersions(V1.ListPlacementVersionsRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        violations.Id("placement_id", request.PlacementId);
        var pageSize = violations.ListingPageSize(request.PageSize);
        var listing = $"placement-versions/{ns}/{request.PlacementId}";
        var before = 0L;
        if (PageTokens.Read(request.PageToken, listing, violations) is { } last && !long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            violations.Add("page_token", "is no token of this listing");
        violations.ThrowIfAny();

        // One more than the page tells whether there's a next one.
        var versions = await Placements.ListVersionsAsync(ns, request.PlacementId, before, pageSize + 1, context.CancellationToken);
        var response = new V1.ListPlacementVersionsResponse();
        response.Versions.AddRange(versions.Take(pageSize).Select(PlacementMapping.Write));
        if (versions.Count > pageSize) response.NextPageToken = PageTokens.Write(listing, versions[pageSize - 1].Version.ToString(CultureInfo.InvariantCulture));
        return response;
    }

    public override async Task<V1.RollBackPlacementResponse> RollBackPlacement(V1.RollBackPlacementRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        violations.Id("placement_id", request.PlacementId);
        violations.Range("version", request.Version, 0, long.MaxValue);
        violations.Id("etag", request.Etag, required: false);
        violations.ThrowIfAny();
        var written = await Placements.RollBackAsync(ns, request.PlacementId, request.Version, request.Etag, CallerOf(context), context.CancellationToken);
        return new V1.RollBackPlacementResponse { Placement = PlacementMapping.Write(written.Placement), ReplicasPending = written.ReplicasPending };
    }

    private static string CallerOf(ServerCallContext context) => AccessInterceptor.Of(context).KeyId;
}
