using Grpc.Core;
using Recsys.Server.Access;
using Recsys.Server.Errors;
using Recsys.Server.Mapping;
using Recsys.Server.Streaming;
using Recsys.Server.Validation;

namespace Recsys.Server.Lists;

/// <summary>recsys.v1.RecommendationService.</summary>
internal sealed class RecommendationEndpoint(StreamContext streams) : V1.RecommendationService.RecommendationServiceBase
{
    private long NowMs => streams.Time.GetUtcNow().ToUnixTimeMilliseconds();

    public override async Task<V1.RecommendResponse> Recommend(V1.RecommendRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var listRequest = ListMapping.Read(request, violations.Namespace(request.Namespace), NowMs, violations);
        violations.ThrowIfAny();
        var list = await streams.Engine.RecommendAsync(listRequest, context.CancellationToken);
        return new V1.RecommendResponse { List = ListMapping.Write(list) };
    }

    public override async Task StreamRecommendations(
        IAsyncStreamReader<V1.StreamRecommendationsRequest> requestStream,
        IServerStreamWriter<V1.StreamRecommendationsResponse> responseStream,
        ServerCallContext context)
    {
        using var stream = new RecommendationStream(streams, AccessInterceptor.Of(context));
        await stream.RunAsync(requestStream, responseStream, context.CancellationToken);
    }

    public override async Task WatchRecommendations(
        V1.WatchRecommendationsRequest request, IServerStreamWriter<V1.WatchRecommendationsResponse> responseStream, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        var list = request.List ?? new V1.RecommendRequest();
        violations.In("list");
        if (list.Namespace.Length > 0 && list.Namespace != ns) violations.Add("namespace", "must be empty or the request's");
        if (list.UserIds.Count != 1) violations.Add("user_ids", "must hold exactly one user");
        if (list.PageToken.Length > 0) violations.Add("page_token", "must be empty");
        var listRequest = ListMapping.Read(list, ns, NowMs, violations);
        violations.ThrowIfAny();
        using var stream = new WatchStream(streams, AccessInterceptor.Of(context));
        await stream.RunAsync(listRequest, responseStream, context.CancellationToken);
    }

    public override async Task<V1.ListSimilarItemsResponse> ListSimilarItems(V1.ListSimilarItemsRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var listRequest = ListMapping.Read(request, violations.Namespace(request.Namespace), violations);
        violations.ThrowIfAny();
        var list = await streams.Engine.ListSimilarAsync(listRequest, context.CancellationToken);
        var response = new V1.ListSimilarItemsResponse { NextPageToken = list.NextPageToken, ModelVersion = list.ModelVersion };
        ListMapping.Write(list.Items, response.Items);
        return response;
    }

    public override async Task<V1.ListTrendingItemsResponse> ListTrendingItems(V1.ListTrendingItemsRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var listRequest = ListMapping.Read(request, violations.Namespace(request.Namespace), violations);
        violations.ThrowIfAny();
        var list = await streams.Engine.ListTrendingAsync(listRequest, context.CancellationToken);
        var response = new V1.ListTrendingItemsResponse { NextPageToken = list.NextPageToken };
        ListMapping.Write(list.Items, response.Items);
        return response;
    }

    public override async Task<V1.RecommendShelvesResponse> RecommendShelves(V1.RecommendShelvesRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var shelvesRequest = ShelfMapping.Read(request, violations.Namespace(request.Namespace), NowMs, violations);
        violations.ThrowIfAny();
        return ShelfMapping.Write(await streams.Engine.RecommendShelvesAsync(shelvesRequest, context.CancellationToken));
    }
}
