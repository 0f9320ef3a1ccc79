using System.Net;
using System.Text.Json;
using Grpc.Core;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Services;

public sealed class ExperimentServiceTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly Clients _clients = shared.Server.Clients;

    [Fact]
    public async Task Experiment_with_every_field_when_read_back_is_the_same()
    {
        var sent = await HomeAsync();
        sent.Salt = "s";
        sent.Variants[1].Sources.Add(new PlacementSource { Source = CandidateSource.Taste, Weight = 0 });
        var only = await _clients.Experiments.PutExperimentAsync(new() { Experiment = sent, ValidateOnly = true });
        Assert.Equal((true, ""), (only.Created, only.Experiment.Etag));
        await RpcAssert.FailsWithReasonAsync(
            StatusCode.NotFound, "EXPERIMENT_NOT_FOUND", async () => await _clients.Experiments.GetExperimentAsync(new() { ExperimentId = sent.ExperimentId }));

        var put = await _clients.Experiments.PutExperimentAsync(new() { Experiment = sent });
        Assert.Equal((true, 0), (put.Created, put.ReplicasPending));
        var read = (await _clients.Experiments.GetExperimentAsync(new() { ExperimentId = sent.ExperimentId })).Experiment;
        Assert.Equal(put.Experiment, read);
        Assert.NotNull(read.StartTime);
        var stopped = (await _clients.Experiments.StopExperimentAsync(new() { ExperimentId = sent.ExperimentId, Etag = read.Etag })).Experiment;
        Assert.True(stopped.StopTime >= read.StartTime);
        (read.Etag, read.StartTime) = ("", null);
        Assert.Equal(sent, read);

        await RpcAssert.FailsAsync(StatusCode.Aborted, async () => await _clients.Experiments.DeleteExperimentAsync(new() { ExperimentId = sent.ExperimentId, Etag = "0" }));
        await _clients.Experiments.DeleteExperimentAsync(new() { ExperimentId = sent.ExperimentId, Etag = stopped.Etag });
        await RpcAssert.FailsAsync(StatusCode.NotFound, async () => await _clients.Experiments.DeleteExperimentAsync(new() { ExperimentId = sent.ExperimentId }));
    }

    [Fact]
    public async Task Experiments_when_listed_come_in_pages()
    {
        var ns = Sample.Name("pages");
        for (var i = 0; i < 3; i++) await _clients.Experiments.PutExperimentAsync(new() { Namespace = ns, Experiment = await HomeAsync(ns) });
        var first = await _clients.Experiments.ListExperimentsAsync(new() { Namespace = ns, PageSize = 2 });
        var second = await _clients.Experiments.ListExperimentsAsync(new() { Namespace = ns, PageSize = 2, PageToken = first.NextPageToken });
        Assert.Equal((2, 1, ""), (first.Experiments.Count, second.Experiments.Count, second.NextPageToken));
        var ids = first.Experiments.Concat(second.Experiments).Select(experiment => experiment.ExperimentId).ToArray();
        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids);
        await RpcAssert.FailsAtAsync(async () => await _clients.Experiments.ListExperimentsAsync(new() { Namespace = ns, PageToken = "x", PageSize = -1 }), "page_token", "page_size");
    }

    [Fact]
    public async Task Experiment_when_things_are_wrong_names_every_field()
    {
        await RpcAssert.FailsAtAsync(async () => await PutAsync(null!), "experiment", "experiment.experiment_id", "experiment.placement", "experiment.control");
        var wrong = await HomeAsync();
        wrong.Variants[0].Name = "";
        wrong.Variants[1].PlacementId = "\n";
        wrong.Variants[1].Sources.AddRange(Enumerable.Repeat(new PlacementSource { Source = CandidateSource.Taste }, 9));
        await RpcAssert.FailsAtAsync(
            async () => await PutAsync(wrong), "experiment.variants[0].name", "experiment.variants[1].placement_id", "experiment.variants[1].sources");
        wrong = await HomeAsync();
        wrong.Placement = "unknown";
        wrong.Control = "nobody";
        wrong.Variants[0].Share = double.NaN;
        wrong.Variants[1].Sources.Add(new PlacementSource());
        await RpcAssert.FailsAtAsync(
            async () => await PutAsync(wrong), "experiment.placement", "experiment.control", "experiment.variants[0].share", "experiment.variants[1].sources[0].source");
        wrong = await HomeAsync();
        wrong.Variants.AddRange(Enumerable.Range(0, 5_000).Select(i => new ExperimentVariant { Name = $"v{i}", Share = 0.0001 }));
        await RpcAssert.FailsAtAsync(async () => await PutAsync(wrong), "experiment.variants");

        var running = await HomeAsync();
        await PutAsync(running);
        var second = running.Clone();
        second.ExperimentId = Sample.Name("second");
        await RpcAssert.FailsWithReasonAsync(StatusCode.FailedPrecondition, "EXPERIMENT_RUNNING", async () => await PutAsync(second));
        await RpcAssert.FailsAsync(StatusCode.NotFound, async () => await ReportAsync("nobody"));
        await RpcAssert.FailsAtAsync(async () => await ReportAsync(""), "experiment_id");
    }

    [Fact]
    public async Task Lists_are_made_by_the_users_variant_and_say_so()
    {
        var (experiment, a, b) = await RunAsync();
        foreach (var (user, variant) in new[] { (a, "a"), (b, "b") })
        {
            var list = await ListAsync(experiment, user);
            Assert.Equal((experiment.ExperimentId, variant), (list.ExperimentId, list.Variant));
            Assert.All(list.Items, item => Assert.StartsWith($"{experiment.ExperimentId}-{variant}", item.ItemId, StringComparison.Ordinal));

            // A household has the variant of its first user.
            var other = user == a ? b : a;
            Assert.Equal(variant, (await ListAsync(experiment, user, other)).Variant);
        }

        // Nobody in particular is served by the control, and isn't part of it.
        var anonymous = await ListAsync(experiment);
        Assert.Equal(("", ""), (anonymous.ExperimentId, anonymous.Variant));
        Assert.All(anonymous.Items, item => Assert.StartsWith($"{experiment.ExperimentId}-a", item.ItemId, StringComparison.Ordinal));
        var elsewhere = (await _clients.Lists.RecommendAsync(new() { UserIds = { b }, Placement = "elsewhere" })).List;
        Assert.Equal(("", ""), (elsewhere.ExperimentId, elsewhere.Variant));

        // A watcher has the same.
        using var watch = _clients.Lists.WatchRecommendations(new() { List = new() { UserIds = { b }, Placement = experiment.Placement } });
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal("b", watch.ResponseStream.Current.List.Variant);

        await _clients.Experiments.StopExperimentAsync(new() { ExperimentId = experiment.ExperimentId });
        Assert.Equal("", (await ListAsync(experiment, b)).Variant);
    }

    [Fact]
    public async Task Later_pages_when_the_experiment_ended_or_began_meanwhile_are_of_the_first_pages_variant()
    {
        var (experiment, a, b) = await RunAsync();
        foreach (var users in (string[][])[[b], []])
        {
            await _clients.Experiments.PutExperimentAsync(new() { Experiment = experiment });
            var first = await ListAsync(experiment, users);
            await _clients.Experiments.StopExperimentAsync(new() { ExperimentId = experiment.ExperimentId });
            var second = await NextAsync(experiment, first, users);
            Assert.Equal((first.ExperimentId, first.Variant, 3), (second.ExperimentId, second.Variant, second.Items.Count));
            var variant = users.Length == 0 ? "a" : "b";
            Assert.All(second.Items, item => Assert.StartsWith($"{experiment.ExperimentId}-{variant}", item.ItemId, StringComparison.Ordinal));
        }

        // The placement's own lists have items of both variants, also on the pages after the experiment has begun.
        var before = await ListAsync(experiment, a);
        await _clients.Experiments.PutExperimentAsync(new() { Experiment = experiment });
        var after = await NextAsync(experiment, before, a);
        Assert.Equal(("", 3), (after.Variant, after.Items.Count));
    }

    [Fact]
    public async Task Report_counts_items_shown_and_played_once_a_list_and_nothing_else()
    {
        var (experiment, a, b) = await RunAsync();
        var placement = experiment.Placement;
        var events = new[]
        {
            Event(a, EventType.Impression, "x", "l1", placement), Event(a, EventType.Impression, "x", "l1", placement), Event(a, EventType.Impression, "y", "l1", placement),
            Event(a, EventType.Impression, "x", "l2", placement), Event(a, EventType.Impression, "x", "", placement), Event(a, EventType.Impression, "x", "l3", "elsewhere"),
            Event(a, EventType.PlayStart, "x", "l1", ""), Event(a, EventType.PlayProgress, "x", "", "", 30), Event(a, EventType.PlayStop, "x", "l1", "", 50),
            Event(a, EventType.Play, "x", "l1", "", 10),
            Event(a, EventType.Play, "x", "l3", "elsewhere", 99), Event(a, EventType.Play, "y", "l9", placement, 5), Event(a, EventType.Like, "y", "l1", placement),
            Event(b, EventType.Impression, "x", "l4", placement), Event(b, EventType.Play, "x", "l4", placement, 70, "undone"),
        };
        var acks = (await _clients.Events.WriteEventsAsync(Sample.Write(events))).Acks;
        Assert.All(acks, ack => Assert.NotNull(ack.Accepted));
        await _clients.Events.UndoEventsAsync(new() { UserId = b, EventIds = { "undone" } });

        var (progress, report) = await ReportAsync(experiment.ExperimentId);
        Assert.True(progress.Users >= 2 && progress.Events >= 15, progress.ToString());
        Assert.Equal((experiment.ExperimentId, 1L, SampleRatioVerdict.TooFew), (report.Experiment.ExperimentId, report.UnattributedImpressions, report.SampleRatio.Verdict));
        Assert.Equal([("a", true, 1L, 3L, 2L, 65.0), ("b", false, 1L, 1L, 0L, 0.0)], report.Variants.Select(v => (v.Name, v.Control, v.Users, v.Exposures, v.Plays, v.PlayedSeconds)));
        Assert.Equal((2 / 3.0, null), (report.Variants[0].PlayRate.Value, report.Variants[0].PlayRate.Difference));
        Assert.NotEmpty(report.Variants[1].PlayRate.Difference.TooFew);

        // What happens after it's stopped isn't counted, and the same report comes over REST.
        await _clients.Experiments.StopExperimentAsync(new() { ExperimentId = experiment.ExperimentId });
        await _clients.Events.WriteEventsAsync(Sample.Write(Event(b, EventType.Impression, "z", "l5", placement)));
        Assert.Equal(1, (await ReportAsync(experiment.ExperimentId)).Report.Variants[1].Exposures);
        var answer = await shared.Server.Rest.GetAsync($"/v1/experiments/{experiment.ExperimentId}:report");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var last = (await answer.Content.ReadAsStringAsync()).Trim().Split('\n')[^1];
        Assert.Equal("2", JsonDocument.Parse(last).RootElement.GetProperty("report").GetProperty("variants")[0].GetProperty("plays").GetString());
    }

    [Fact]
    public async Task Exposures_when_exported_come_over_gRPC_and_REST_as_they_were_sent_on_a_stream_and_as_JSON()
    {
        var placement = Sample.Name("placement");
        using (var stream = _clients.Events.StreamEvents())
        {
            var shown = Event("ann", EventType.Impression, "x", "l1", placement);
            (shown.Propensity, shown.ListPosition) = (0.25, 4);
            await stream.RequestStream.WriteAsync(new() { Events = { Sample.Sequenced(1, shown), Sample.Sequenced(2, Event("ann", EventType.Play, "x", "l1", "", 5)) } });
            await stream.RequestStream.CompleteAsync();
            var acks = (await stream.ResponseStream.ReadAllAsync().ToListAsync()).SelectMany(answer => answer.Acks);
            Assert.All(acks, ack => Assert.NotNull(ack.Accepted));
        }

        const string Json = """{"events":[{"userId":"bob","type":"EVENT_TYPE_IMPRESSION","itemId":"y","recommendationId":"l2","placement":"PLACEMENT","propensity":PROPENSITY}]}""";
        Assert.Contains("accepted", await WriteAsync("0.75"), StringComparison.Ordinal);
        foreach (var wrong in new[] { "0", "1e-320", "0.9e-9", "1.1" }) Assert.Contains("events[0].propensity", await WriteAsync(wrong), StringComparison.Ordinal);

        using var call = _clients.Experiments.ExportExposures(new() { Placement = placement });
        var parts = await call.ResponseStream.ReadAllAsync().ToListAsync();
        Assert.Equal(
            [("ann", "x", "l1", 4, 0.25, false, true, 5.0), ("bob", "y", "l2", 0, 0.75, true, false, 0)],
            parts.SelectMany(part => part.Exposures).Select(e => (e.UserId, e.ItemId, e.RecommendationId, e.Position, e.Propensity, e.ByRank, e.Played, e.PlayedSeconds)));
        Assert.Equal(new ExposureSummary { Exposures = 2 }, parts[^1].Summary);
        var answer = await shared.Server.Rest.GetAsync($"/v1/exposures:export?placement={placement}&to_time=2100-01-01T00:00:00Z");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var last = (await answer.Content.ReadAsStringAsync()).Trim().Split('\n')[^1];
        Assert.Equal("2", JsonDocument.Parse(last).RootElement.GetProperty("summary").GetProperty("exposures").GetString());

        await RpcAssert.FailsAtAsync(async () => await ExportAsync(new()), "placement");
        await RpcAssert.FailsAtAsync(
            async () => await ExportAsync(new() { Placement = "\n", FromTime = new() { Seconds = 2 }, ToTime = new() { Seconds = 1 } }), "placement", "to_time");

        async Task<string> WriteAsync(string propensity)
        {
            var text = Json.Replace("PLACEMENT", placement, StringComparison.Ordinal).Replace("PROPENSITY", propensity, StringComparison.Ordinal);
            using var body = new StringContent(text, System.Text.Encoding.UTF8, "application/json");
            return await (await shared.Server.Rest.PostAsync("/v1/events:write", body)).Content.ReadAsStringAsync();
        }

        async Task ExportAsync(ExportExposuresRequest request)
        {
            using var bad = _clients.Experiments.ExportExposures(request);
            await bad.ResponseStream.ReadAllAsync().ToListAsync();
        }
    }

    private static Event Event(string user, EventType type, string item, string list, string placement, int seconds = -1, string id = "") => new()
    {
        UserId = user,
        Type = type,
        ItemId = item,
        RecommendationId = list,
        Placement = placement,
        Position = seconds < 0 ? null : new() { Seconds = seconds },
        EventId = id,
        SessionId = "s",
    };

    private Task<PutExperimentResponse> PutAsync(Experiment experiment) => _clients.Experiments.PutExperimentAsync(new() { Experiment = experiment }).ResponseAsync;

    private async Task<(ExperimentProgress Progress, ExperimentReport Report)> ReportAsync(string id)
    {
        using var call = _clients.Experiments.ReportExperiment(new() { ExperimentId = id });
        var updates = await call.ResponseStream.ReadAllAsync().ToListAsync();
        return (updates[^2].Progress, updates[^1].Report);
    }

    /// <summary>An experiment of a placement of its own, half and half, that isn't put yet.</summary>
    private async Task<Experiment> HomeAsync(string ns = "")
    {
        var placement = Sample.Name("placement");
        await _clients.Placements.PutPlacementAsync(new() { Namespace = ns, Placement = new() { PlacementId = placement } });
        return new()
        {
            ExperimentId = Sample.Name("experiment"),
            Placement = placement,
            Control = "a",
            Variants = { new ExperimentVariant { Name = "a", Share = 0.5 }, new ExperimentVariant { Name = "b", Share = 0.5 } },
        };
    }

    /// <summary>A running experiment whose variants show items of their own, ten each, and a user of each.</summary>
    private async Task<(Experiment Experiment, string A, string B)> RunAsync()
    {
        var experiment = await HomeAsync();
        var users = new Dictionary<string, string>();
        await _clients.Placements.PutPlacementAsync(new() { Placement = new() { PlacementId = experiment.Placement, Filter = $"tags = '{experiment.ExperimentId}'", PageSize = 3 } });
        foreach (var variant in experiment.Variants)
        {
            variant.PlacementId = $"{experiment.Placement}-{variant.Name}";
            var filter = $"genres = '{experiment.ExperimentId}-{variant.Name}'";
            await _clients.Placements.PutPlacementAsync(new() { Placement = new() { PlacementId = variant.PlacementId, Filter = filter, PageSize = 3 } });
            var items = Enumerable.Range(0, 10).Select(i => new Item
            {
                ItemId = $"{experiment.ExperimentId}-{variant.Name}{i}",
                Kind = ItemKind.Film,
                Genres = { $"{experiment.ExperimentId}-{variant.Name}" },
                Tags = { experiment.ExperimentId },
            });
            await _clients.Catalog.BatchUpsertItemsAsync(new() { Items = { items } });
        }

        await PutAsync(experiment);
        for (var i = 0; users.Count < 2; i++)
        {
            var user = $"{experiment.ExperimentId}-u{i}";
            users[(await ListAsync(experiment, user)).Variant] = user;
        }

        return (experiment, users["a"], users["b"]);
    }

    private async Task<RecommendationList> ListAsync(Experiment experiment, params string[] users) =>
        (await _clients.Lists.RecommendAsync(new() { UserIds = { users }, Placement = experiment.Placement })).List;

    private async Task<RecommendationList> NextAsync(Experiment experiment, RecommendationList list, params string[] users) =>
        (await _clients.Lists.RecommendAsync(new() { UserIds = { users }, Placement = experiment.Placement, PageToken = list.NextPageToken })).List;
}
