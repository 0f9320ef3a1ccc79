using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Grpc.Reflection.V1Alpha;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Services;

/// <summary>Health, reflection, gRPC-Web.</summary>
public sealed class OpenServicesTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Theory]
    [InlineData("")]
    [InlineData("recsys.v1.EventService")]
    public async Task Health_when_checked_is_serving(string service)
    {
        var client = new Health.HealthClient(shared.Server.Channel);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await client.CheckAsync(new HealthCheckRequest { Service = service })).Status);
    }

    [Fact]
    public async Task Reflection_when_asked_lists_the_services()
    {
        using var call = new ServerReflection.ServerReflectionClient(shared.Server.Channel).ServerReflectionInfo(cancellationToken: Eventually.Soon());
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        Assert.True(await call.ResponseStream.MoveNext());
        var names = call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name).ToArray();
        Assert.Contains("recsys.v1.RecommendationService", names);
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { FileContainingSymbol = "recsys.v1.RecommendationService" });
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.NotEmpty(call.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto);
        await call.RequestStream.CompleteAsync();
    }

    [Theory]
    [InlineData(GrpcWebMode.GrpcWeb)]
    [InlineData(GrpcWebMode.GrpcWebText)]
    public async Task Grpc_web_when_used_calls_and_watches(GrpcWebMode mode)
    {
        using var channel = GrpcChannel.ForAddress(
            shared.Server.Host.Addresses.Rest!, new GrpcChannelOptions { HttpHandler = new GrpcWebHandler(mode, new HttpClientHandler()), HttpVersion = new Version(1, 1) });
        var clients = new Clients(channel.CreateCallInvoker());
        var user = Sample.Name("web");
        await clients.Events.WriteEventsAsync(Sample.Write(Sample.Play(user, "a")));
        using var watch = clients.Lists.WatchRecommendations(new WatchRecommendationsRequest { List = Sample.List(user) }, cancellationToken: Eventually.Soon());
        Assert.True(await watch.ResponseStream.MoveNext());
        Assert.Equal([user], watch.ResponseStream.Current.List.UserIds);
        await RpcAssert.FailsAtAsync(async () => await clients.Lists.RecommendAsync(new RecommendRequest { PageSize = -1 }), "page_size");
    }

    [Fact]
    public async Task Method_that_does_not_exist_when_called_is_unimplemented() =>
        await RpcAssert.FailsAsync(StatusCode.Unimplemented, () => RawCalls.UnaryAsync(shared.Server.Clients.Invoker, "EventService", "Nothing", []));
}
