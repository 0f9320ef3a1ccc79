using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Recsys.Inference.Artefacts;
using Recsys.Serving;
using Recsys.Serving.Events;
using Recsys.Serving.Learning;
using Recsys.Tests.Serving.Models;

namespace Recsys.Tests.Serving.Learning;

/// <summary>The scheduler over a real store and registry, with a clock that the test moves; the trainer is a shell script.</summary>
public sealed class ContinuousLearningTests
{
    private const string Ns = ModelRig.Ns;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Scheduler_when_so_many_interactions_are_new_trains_once_and_its_count_survives_a_restart()
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync(users: 30, plays: 8);
        var options = Options(rig, await NewComparedAsync(rig)) with { LearnAfterInteractions = 240 };
        await rig.Engine.DisposeAsync();
        await using (var engine = await OpenAsync(rig, options))
        {
            Assert.True(await engine.Learning.RunOnceAsync(None));
            var status = await engine.Learning.StatusAsync(Ns, None);
            Assert.Equal((LearningOutcome.Promoted, 0, false), (status.Outcome, status.NewInteractionCount, status.Training));
            Assert.Equal("session-1", engine.LiveModels.Of(Ns)?.Version);

            // A running play counts when it begins, and only then.
            await WriteAsync(engine, 120, WatchEventType.PlayStart);
            await WriteAsync(engine, 120, WatchEventType.PlayProgress);
            await engine.Learning.RunOnceAsync(None);
            Assert.Equal(120, (await engine.Learning.StatusAsync(Ns, None)).NewInteractionCount);
        }

        await using (var engine = await OpenAsync(rig, options))
        {
            await engine.Learning.RunOnceAsync(None);
            Assert.Equal(120, (await engine.Learning.StatusAsync(Ns, None)).NewInteractionCount);
            Assert.Single(await engine.Models.ListAsync(Ns, None));
            await WriteAsync(engine, 119, WatchEventType.Like);
            await engine.Learning.RunOnceAsync(None);
            Assert.Single(await engine.Models.ListAsync(Ns, None));
            await WriteAsync(engine, 1, WatchEventType.Like);
            await engine.Learning.RunOnceAsync(None);
            Assert.Equal("session-2", engine.LiveModels.Of(Ns)?.Version);
            Assert.Equal(0, (await engine.Learning.StatusAsync(Ns, None)).NewInteractionCount);
        }
    }

    [Fact]
    public async Task Interactions_when_they_are_undone_before_they_were_counted_are_not_new()
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.Engine.DisposeAsync();
        await using var engine = await OpenAsync(rig, Options(rig, "") with { LearnAfterInteractions = 51 });
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var likes = Enumerable.Range(0, 60).Select(i => new WatchEvent { UserId = "u", Type = WatchEventType.Like, ItemId = $"i{i % 12}", EventId = $"e{i}", EventTimeMs = now });
        Assert.All(await engine.WriteAsync(Ns, [.. likes], None), outcome => Assert.Equal(EventOutcome.Accepted, outcome));
        var undone = await engine.UndoAsync(Ns, "u", [.. Enumerable.Range(0, 10).Select(i => $"e{i}")], None);
        Assert.All(undone, outcome => Assert.Equal(UndoOutcome.Undone, outcome));
        await engine.Learning.RunOnceAsync(None);

        // Fifty are too few for a training, and nothing was tried.
        var status = await engine.Learning.StatusAsync(Ns, None);
        Assert.Equal((50, 0), (status.NewInteractionCount, status.FailureCount));
    }

    [Fact]
    public async Task Scheduler_when_a_training_fails_pauses_twice_as_long_each_time_and_serving_goes_on()
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync();
        await rig.Engine.DisposeAsync();
        await using var engine = await OpenAsync(rig, Options(rig, "", rig.Script("echo 'recsys-train: no luck' >&2; exit 3")) with { LearnEvery = "1h" });
        for (var failures = 1; failures <= 3; failures++)
        {
            Assert.True(await engine.Learning.RunOnceAsync(None));
            await engine.Learning.RunOnceAsync(None); // within the pause nothing is tried
            var status = await engine.Learning.StatusAsync(Ns, None);
            Assert.Equal((LearningOutcome.Failed, failures, "no luck"), (status.Outcome, status.FailureCount, status.Message));
            Assert.Equal(240, status.NewInteractionCount);
            _time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(12, (await engine.RecommendAsync(new() { Namespace = Ns, UserIds = ["u1"], PageSize = 20, SeenPolicy = Recsys.Serving.Lists.SeenPolicy.Allow }, None)).Items.Count);
    }

    [Fact]
    public async Task Training_that_is_due_when_it_failed_is_tried_again_after_the_pause_and_no_sooner()
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync();
        var (tries, luck) = (rig.Temporary("tries"), rig.Temporary("luck"));
        var artefact = await NewComparedAsync(rig);
        await rig.Engine.DisposeAsync();
        var trainer = rig.Script($"echo x >> {tries}; [ -e {luck} ] || {{ echo 'recsys-train: no luck' >&2; exit 3; }}; cp -r {artefact} \"$output\"");

        // Enough interactions are new at every look: only the pause holds it back.
        await using var engine = await OpenAsync(rig, Options(rig, "", trainer) with { LearnAfterInteractions = 100 });
        for (var failures = 1; failures <= 4; failures++)
        {
            Assert.Equal(failures, await TriesAsync());
            var status = await engine.Learning.StatusAsync(Ns, None);
            var pause = TimeSpan.FromMinutes(1 << (failures - 1));
            Assert.Equal((failures, (_time.GetUtcNow() + pause).ToUnixTimeMilliseconds()), (status.FailureCount, status.NextTimeMs));
            _time.Advance(pause - TimeSpan.FromMilliseconds(1));
            Assert.Equal(failures, await TriesAsync());
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        // What went well begins anew with a minute.
        await File.WriteAllTextAsync(luck, "", None);
        Assert.Equal(5, await TriesAsync());
        Assert.Equal("session-1", engine.LiveModels.Of(Ns)?.Version);
        File.Delete(luck);
        await WriteAsync(engine, 100, WatchEventType.Like);
        Assert.Equal(6, await TriesAsync());
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(6, await TriesAsync());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(7, await TriesAsync());

        async Task<int> TriesAsync()
        {
            Assert.True(await engine.Learning.RunOnceAsync(None));
            return (await File.ReadAllLinesAsync(tries, None)).Length;
        }
    }

    [Fact]
    public async Task Models_when_there_are_more_than_are_kept_are_deleted_but_for_the_live_one_and_the_one_before()
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync();
        var options = Options(rig, await NewComparedAsync(rig)) with { LearnAfterInteractions = 100, KeepModels = 1 };
        await rig.Engine.DisposeAsync();
        await using var engine = await OpenAsync(rig, options);
        for (var i = 1; i <= 4; i++)
        {
            await engine.Learning.RunOnceAsync(None);
            Assert.Equal($"session-{i}", engine.LiveModels.Of(Ns)?.Version);
            await WriteAsync(engine, 100, WatchEventType.Like);
        }

        string[] kept = ["session-4", "session-3"];
        Assert.Equal(kept, (await engine.Models.ListAsync(Ns, None)).Select(model => model.ModelVersion));
        Assert.Equal(kept.Order(), Directory.GetDirectories(Path.Combine(rig.ModelFolder, Ns)).Select(folder => Path.GetFileName(folder)).Order());
        Assert.Equal("session-3", (await engine.Models.RollBackAsync(Ns, None)).ModelVersion);

        // Who rolled back isn't overruled at once: counting begins anew.
        await engine.Learning.RunOnceAsync(None);
        Assert.Equal("session-3", engine.LiveModels.Of(Ns)?.Version);
        await Assert.ThrowsAsync<EngineException>(async () => await engine.Models.RollBackAsync(Ns, None));
    }

    [Theory]
    [InlineData(0.10, 0.20, 0.01, LearningOutcome.Refused)]
    [InlineData(0.19, 0.20, 0.01, LearningOutcome.Refused)] // nobody can tell
    [InlineData(0.19, 0.20, 0.0055, LearningOutcome.Promoted)] // within chance, and about as good
    [InlineData(0.30, 0.20, 0.01, LearningOutcome.Promoted)]
    public async Task Gate_when_the_new_model_is_not_shown_to_be_about_as_good_keeps_the_live_one(double ndcg, double baseline, double error, LearningOutcome outcome)
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync();
        await rig.Models.ActivateAsync(Ns, await rig.RegisterAsync(1), None);
        var artefact = await NewComparedAsync(rig, ndcg, baseline, error);
        await rig.Engine.DisposeAsync();
        await using var engine = await OpenAsync(rig, Options(rig, artefact) with { LearnAfterInteractions = 10 });
        await engine.Learning.RunOnceAsync(None);
        var status = await engine.Learning.StatusAsync(Ns, None);
        Assert.Equal(outcome, status.Outcome);
        Assert.Equal(outcome == LearningOutcome.Promoted ? "session-2" : "session-1", engine.LiveModels.Of(Ns)?.Version);
        Assert.Contains("of session-1 on 100 users", (await engine.Models.GetAsync(Ns, "session-2", None)).Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_when_the_last_one_began_under_a_clock_far_ahead_is_due_now()
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync();
        var options = Options(rig, await NewComparedAsync(rig)) with { LearnEvery = "1h" };
        await rig.Engine.DisposeAsync();
        _time.Advance(TimeSpan.FromDays(365));
        await using (var engine = await OpenAsync(rig, options)) Assert.True(await engine.Learning.RunOnceAsync(None));
        var right = new FakeTimeProvider(_time.GetUtcNow().AddDays(-365));
        await using var again = await Engine.OpenReplayAsync(rig.Store, options, right, NullLoggerFactory.Instance, None);
        Assert.Equal("session-1", again.LiveModels.Of(Ns)?.Version);
        await WriteAsync(again, 100, WatchEventType.Like);
        await again.Learning.RunOnceAsync(None);
        Assert.Equal("session-2", again.LiveModels.Of(Ns)?.Version);
        Assert.Equal((right.GetUtcNow() + TimeSpan.FromHours(1)).ToUnixTimeMilliseconds(), (await again.Learning.StatusAsync(Ns, None)).NextTimeMs);
    }

    /// <summary>An artefact with random weights that was compared with the live one.</summary>
    private static async Task<string> NewComparedAsync(ModelRig rig, double ndcg = 0.2, double baseline = 0.2, double error = 0.001)
    {
        var artefact = await rig.NewArtefactAsync(seed: 2);
        var manifest = ArtefactManifest.Read(artefact) with { Comparison = new() { Users = 100, Ndcg = ndcg, BaselineNdcg = baseline, StandardError = error } };
        await File.WriteAllBytesAsync(Path.Combine(artefact, ArtefactManifest.FileName), manifest.ToJson(), None);
        return artefact;
    }

    private static EngineOptions Options(ModelRig rig, string artefact, string? trainer = null) => new()
    {
        ModelFolder = rig.ModelFolder,
        TrainerPath = trainer ?? rig.Script($"cp -r {artefact} \"$output\""),
    };

    private Task<Engine> OpenAsync(ModelRig rig, EngineOptions options) => Engine.OpenReplayAsync(rig.Store, options, _time, NullLoggerFactory.Instance, None);

    private async Task WriteAsync(Engine engine, int count, WatchEventType type)
    {
        var events = Enumerable.Range(0, count).Select(i => new WatchEvent
        {
            UserId = $"u{i % 30}",
            Type = type,
            ItemId = $"i{i % 12}",
            SessionId = $"s{i}",
            EventTimeMs = _time.GetUtcNow().ToUnixTimeMilliseconds(),
            PositionMs = 10,
            DurationMs = 100,
        });
        Assert.All(await engine.WriteAsync(Ns, [.. events], None), outcome => Assert.Equal(EventOutcome.Accepted, outcome));
    }
}
