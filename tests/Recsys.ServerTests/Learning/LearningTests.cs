using Recsys.Datasets.Demo;
using Recsys.Server.Commands;
using Recsys.ServerTests.Running;
using Recsys.Serving;
using Recsys.V1;

namespace Recsys.ServerTests.Learning;

/// <summary>A real server that trains by itself, with the real trainer, and says what it does. Alone: the meters are the process', whichever server counts.</summary>
[Collection(AloneCollection.Name)]
public sealed class LearningTests
{
    private const int Batch = 1_000;

    [Fact]
    public async Task Server_when_so_many_interactions_came_trains_by_itself_and_the_model_goes_live()
    {
        using var folder = new TemporaryFolder();
        var settings = folder.File("settings.json");
        await File.WriteAllTextAsync(settings, """{"epochs": 1, "refit": false, "sources": false, "rules": false, "neighbours": false}""");
        await using var server = await RunningServer.StartAsync(
            serve: options => options with { Metrics = true },
            engine: new EngineOptions { ModelFolder = "", TrainerPath = Trainer.Path, TrainerSettings = settings, LearnAfterInteractions = 500 });
        var before = (await server.Clients.Models.ListModelsAsync(new())).Learning;
        Assert.Equal((true, 0, LearningOutcome.Unspecified), (before.Enabled, before.NewInteractionCount, before.LastOutcome));

        var end = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var world = DemoWorld.Generate(new DemoWorldOptions { EndTime = end, Users = 100, PlaysPerUser = 10, MaxEvents = 2_000 });
        await server.Clients.Catalog.BatchUpsertItemsAsync(new BatchUpsertItemsRequest { Items = { world.Items.Take(Batch).Select(DatasetMapping.ToMessage) } });
        foreach (var part in world.Events.Chunk(Batch))
            await server.Clients.Events.WriteEventsAsync(new WriteEventsRequest { Events = { part.Select(DatasetMapping.ToMessage) } });

        ListModelsResponse models;
        var deadline = Eventually.Soon(300);
        while ((models = await server.Clients.Models.ListModelsAsync(new())).Learning.LastEndTime is null) await Task.Delay(50, deadline);
        Assert.Equal(LearningOutcome.Promoted, models.Learning.LastOutcome);
        Assert.Contains("session-1", models.Learning.Message, StringComparison.Ordinal);
        var request = new RecommendRequest { PageSize = 5 };
        request.UserIds.Add(world.Events[0].UserId);
        Assert.Equal("session-1", (await server.Clients.Lists.RecommendAsync(request)).List.ModelVersion);

        var page = await server.Rest.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("recsys_learning_trainings_total{outcome=\"promoted\"} 1", page, StringComparison.Ordinal);
        Assert.Contains("recsys_model_age_seconds{namespace=\"default\"} ", page, StringComparison.Ordinal);
        Assert.Contains("# TYPE recsys_upsert_freshness_seconds histogram", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Event_when_its_list_is_sent_on_the_stream_is_measured_from_its_receipt()
    {
        await using var server = await RunningServer.StartAsync(serve: options => options with { Metrics = true });
        using var call = server.Clients.Lists.StreamRecommendations(cancellationToken: Eventually.Soon());
        var subscription = new RecommendRequest { PageSize = 5 };
        subscription.UserIds.Add("ana");
        await call.RequestStream.WriteAsync(new StreamRecommendationsRequest { Subscriptions = { subscription } });
        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.DoesNotContain("recsys_server_event_to_list_seconds_count", await PageAsync(), StringComparison.Ordinal);
        await call.RequestStream.WriteAsync(new StreamRecommendationsRequest
        {
            Events = { new SequencedEvent { SequenceNumber = 1, Event = new Event { UserId = "ana", ItemId = "film", Type = EventType.Like } } },
        });
        await call.RequestStream.CompleteAsync();
        while (await call.ResponseStream.MoveNext(default))
        {
            // To the end: the list that follows from the event is sent before it.
        }

        Assert.Contains("recsys_server_event_to_list_seconds_count 1\n", await PageAsync(), StringComparison.Ordinal);

        Task<string> PageAsync() => server.Rest.GetStringAsync(new Uri("/metrics", UriKind.Relative));
    }

    [Fact]
    public async Task Metrics_page_when_not_asked_for_is_not_there()
    {
        await using var server = await RunningServer.StartAsync();
        using var answer = await server.Rest.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
    }
}
