using Grpc.Core;
using Recsys.V1;

namespace Recsys.Server.Bench;

/// <summary>RecommendationService without engine and store: an ack for each event and a list for each watched user's, at once.</summary>
internal sealed class EchoEndpoint(EchoAnswers answers) : RecommendationService.RecommendationServiceBase
{
    private static readonly AcceptedEvent Accepted = new() { Durability = Durability.Fsync };

    public override Task<RecommendResponse> Recommend(RecommendRequest request, ServerCallContext context) =>
        Task.FromResult(new RecommendResponse { List = answers.ListFor(request.UserIds.Count > 0 ? request.UserIds[0] : "", 1) });

    public override Task<ListSimilarItemsResponse> ListSimilarItems(ListSimilarItemsRequest request, ServerCallContext context) => Task.FromResult(answers.Similar.Clone());

    public override async Task StreamRecommendations(
        IAsyncStreamReader<StreamRecommendationsRequest> requestStream, IServerStreamWriter<StreamRecommendationsResponse> responseStream, ServerCallContext context)
    {
        var watched = new HashSet<string>(StringComparer.Ordinal);
        long revision = 0;
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var response = new StreamRecommendationsResponse();
            foreach (var subscription in requestStream.Current.Subscriptions)
            {
                watched.Add(subscription.UserIds[0]);
                response.Lists.Add(answers.ListFor(subscription.UserIds[0], ++revision));
            }

            foreach (var sequenced in requestStream.Current.Events)
            {
                response.Acks.Add(new EventAck { SequenceNumber = sequenced.SequenceNumber, Accepted = Accepted });
                if (watched.Contains(sequenced.Event.UserId)) response.Lists.Add(answers.ListFor(sequenced.Event.UserId, ++revision));
            }

            await responseStream.WriteAsync(response, context.CancellationToken);
        }
    }
}
