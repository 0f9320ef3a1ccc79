using System.Diagnostics;
using Recsys.Serving;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Storage.Archive;

namespace Recsys.Tests.Serving.Models;

/// <summary>Trainings whose trainer is a shell script: what the registry does around the child.</summary>
public sealed class TrainingTests
{
    private const string Ns = ModelRig.Ns;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_training_exports_the_log_forwards_progress_registers_the_model_and_makes_it_live()
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync();
        var (artefact, kept) = (await rig.NewArtefactAsync(), rig.Temporary("kept-training-set"));
        await rig.ReopenAsync(rig.Script($$"""
            echo "$@" > {{rig.Temporary("arguments")}}
            echo 'noise of a library'
            echo '{"phase":"read","message":"reading"}'
            echo '{"phase":"train","epoch":1,"epoch_count":2,"fraction":0.5,"loss":2.5,"events_per_second":1000,"remaining_seconds":3}'
            echo '{"phase":"validate","epoch":2,"epoch_count":2,"fraction":1,"validation_metrics":[{"k":10,"ndcg":0.25,"recall":0.5,"mrr":0.125,"coverage":1}]}'
            cp -r "$training_set" {{kept}}
            cp -r {{artefact}} "$output"
            """));
        var updates = await rig.Models.TrainAsync(Ns, new() { Epochs = 2, Seed = 7 }, None).ToListAsync();
        var model = updates[^1].Model!;
        Assert.Equal(("session-1", true, "session-1"), (model.ModelVersion, model.Live, rig.LiveVersion));
        Assert.All(updates[..^1], update => Assert.NotNull(update.Progress));
        var trained = updates.Select(update => update.Progress).Single(progress => progress?.Loss == 2.5)!;
        Assert.Equal((1, 2, 1000, 3), (trained.Epoch, trained.EpochCount, trained.EventsPerSecond, trained.RemainingSeconds));
        Assert.InRange(trained.Fraction, 0.1, 0.9);
        var validated = updates.Select(update => update.Progress).Single(progress => progress?.Phase == "validate")!;
        Assert.Equal([new(10, 0.25, 0.5, 0.125, 1)], validated.ValidationMetrics);
        var fractions = updates.Where(update => update.Progress is not null).Select(update => update.Progress!.Fraction).ToArray();
        Assert.Equal(fractions.Order(), fractions);
        Assert.Contains("--progress json --no-checkpoint --seed 7 --epochs 2", await File.ReadAllTextAsync(rig.Temporary("arguments")), StringComparison.Ordinal);
        var set = await TrainingSetReader.ReadAsync(kept, None);
        Assert.Equal((30, 12, 240), (set.Manifest.Users, set.Manifest.Items, set.Manifest.Interactions));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(rig.ModelFolder, ".work")));
        await rig.ReopenAsync();
        Assert.Equal("session-1", rig.LiveVersion);
    }

    [Fact]
    public async Task A_training_set_says_what_users_were_shown_and_what_the_items_are()
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync();
        var (artefact, kept) = (await rig.NewArtefactAsync(), rig.Temporary("kept-training-set"));
        await rig.Engine.Catalogue.UpsertAsync(
            Ns,
            [
                new() { ItemId = "i0", Kind = ItemKind.Film, Genres = ["Drama", "Crime"], Tags = ["blue"], PublishTimeMs = 5_000, DurationMs = 60_000 },
                new() { ItemId = "i1", Kind = ItemKind.Film, Tags = ["Blue"], PublishTimeMs = 6_000 },
                new() { ItemId = "i2", Kind = ItemKind.Film, Genres = ["crime "], PublishTimeMs = 7_000 },
            ],
            None);
        var at = DateTimeOffset.UnixEpoch.AddYears(50).ToUnixTimeMilliseconds() + 650_000;
        WatchEvent[] shown = [.. Enumerable.Range(0, 3).Select(i => new WatchEvent
        {
            UserId = "u3",
            Type = WatchEventType.Impression,
            ItemId = $"i{i}",
            EventId = $"s{i}",
            EventTimeMs = at,
            RecommendationId = "list",
            ListPosition = i,
        })];
        await rig.Engine.WriteAsync(Ns, shown, None);
        await rig.ReopenAsync(rig.Script($"cp -r \"$training_set\" {kept}; cp -r {artefact} \"$output\""));
        await rig.Models.TrainAsync(Ns, new(), None).LastAsync();
        var set = await TrainingSetReader.ReadAsync(kept, None);
        var user = Enumerable.Range(0, set.Manifest.Users).Single(user => set.Exposures!.UserOffsets[user + 1] > set.Exposures.UserOffsets[user]);
        Assert.Equal("i3", set.ItemIds[Array.IndexOf(set.ItemNumbers, set.Items[set.UserOffsets[user]])]);
        Assert.Equal(["i0", "i1", "i2"], set.Exposures!.Items.Select(item => set.ItemIds[Array.IndexOf(set.ItemNumbers, item)]));
        Assert.Equal([0, 0, 0], set.Exposures.Lists);
        Assert.Equal([0, 1, 2], set.Exposures.Positions);
        Assert.Equal([at, at, at], set.Exposures.TimesMs);
        var facts = set.ItemIds.Zip(set.ItemFacts!).ToDictionary(pair => pair.First, pair => pair.Second);
        Assert.Equal((5_000, 60_000, 2), (facts["i0"].BornMs, facts["i0"].DurationMs, facts["i0"].Categories.Length));

        // Tags only where there are no genres.
        Assert.DoesNotContain(facts["i1"].Categories.Span[0], facts["i0"].Categories.ToArray());
        Assert.Equal(facts["i0"].Categories.Span[1], facts["i2"].Categories.Span[0]);
        Assert.Equal((0, 0), (facts["i7"].DurationMs, facts["i7"].Categories.Length));
    }

    [Fact]
    public async Task The_present_model_stays_live_when_activation_is_not_wanted()
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync();
        await rig.Models.ActivateAsync(Ns, await rig.RegisterAsync(1), None);
        await rig.ReopenAsync(rig.Script($"cp -r {await rig.NewArtefactAsync(seed: 2)} \"$output\""));
        var model = (await rig.Models.TrainAsync(Ns, new() { Activate = false }, None).LastAsync()).Model!;
        Assert.Equal(("session-2", false, "session-1"), (model.ModelVersion, model.Live, rig.LiveVersion));
    }

    [Theory]
    [InlineData("echo 'recsys-train: the data is odd' >&2; exit 2", "the data is odd")]
    [InlineData("exit 1", "recsys-train ended with exit code 1.")]
    [InlineData("echo 'last words' >&2; kill -SEGV $$", "recsys-train was ended by signal 11. last words")]
    [InlineData("mkdir \"$output\"", "doesn't pass its checks")]
    [InlineData("true", "doesn't pass its checks")]
    public async Task A_trainer_that_fails_gives_its_reason_and_leaves_nothing(string body, string message)
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync();
        await rig.ReopenAsync(rig.Script(body));
        var failed = await Assert.ThrowsAsync<EngineException>(async () => await rig.Models.TrainAsync(Ns, new(), None).LastAsync());
        Assert.Equal((EngineErrorKind.FailedPrecondition, "TRAINING_FAILED"), (failed.Kind, failed.Reason));
        Assert.Contains(message, failed.Message, StringComparison.Ordinal);
        Assert.Empty(await rig.Models.ListAsync(Ns, None));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(rig.ModelFolder, ".work")));
    }

    [Fact]
    public async Task A_missing_trainer_is_said_with_how_to_build_it()
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync();
        var failed = await Assert.ThrowsAsync<EngineException>(async () => await rig.Models.TrainAsync(Ns, new(), None).LastAsync());
        Assert.Equal((EngineErrorKind.FailedPrecondition, "TRAINER_MISSING"), (failed.Kind, failed.Reason));
        Assert.Contains("dotnet build src/Recsys.Training", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_few_interactions_are_said_with_how_many_there_are_and_are_needed()
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync(users: 3, plays: 5);
        await rig.ReopenAsync(rig.Script("exit 1"));
        var failed = await Assert.ThrowsAsync<EngineException>(async () => await rig.Models.TrainAsync(Ns, new(), None).LastAsync());
        Assert.Equal((EngineErrorKind.FailedPrecondition, "TOO_FEW_INTERACTIONS"), (failed.Kind, failed.Reason));
        Assert.Contains("has 15 interactions", failed.Message, StringComparison.Ordinal);
        Assert.Contains("at least 100", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_training_of_the_namespace_is_refused_and_cancelling_ends_the_child()
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync();
        await rig.ReopenAsync(rig.Script("""
            trap 'exit 130' TERM
            echo '{"phase":"train","message":"'$$'"}'
            while true; do sleep 0.05; done
            """));
        using var cancel = new CancellationTokenSource();
        await using var training = rig.Models.TrainAsync(Ns, new(), cancel.Token).GetAsyncEnumerator();
        var process = 0;
        while (process == 0)
        {
            Assert.True(await training.MoveNextAsync());
            if (training.Current.Progress is { Phase: "train" } progress) process = int.Parse(progress.Message);
        }

        foreach (var refused in new Func<Task>[]
        {
            async () => await rig.Models.TrainAsync(Ns, new(), None).LastAsync(),
            async () => await rig.Models.EvaluateAsync(Ns, new(), None).LastAsync(),
        })
        {
            var error = await Assert.ThrowsAsync<EngineException>(refused);
            Assert.Equal((EngineErrorKind.Aborted, "TRAINING_RUNNING"), (error.Kind, error.Reason));
        }

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await training.MoveNextAsync());
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(process));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(rig.ModelFolder, ".work")));

        // The namespace is free again.
        await rig.ReopenAsync(rig.Script("exit 1"));
        var failed = await Assert.ThrowsAsync<EngineException>(async () => await rig.Models.TrainAsync(Ns, new(), None).LastAsync());
        Assert.Equal("TRAINING_FAILED", failed.Reason);
    }

    [Fact]
    public async Task A_child_that_does_not_listen_is_killed_when_the_reader_stops_reading()
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync();
        await rig.ReopenAsync(rig.Script("""
            trap '' TERM
            echo '{"phase":"train","message":"'$$'"}'
            while true; do sleep 0.05; done
            """));
        var process = 0;
        await foreach (var (progress, _) in rig.Models.TrainAsync(Ns, new(), None))
        {
            if (progress is not { Phase: "train" }) continue;
            process = int.Parse(progress.Message);
            break;
        }

        Assert.Throws<ArgumentException>(() => Process.GetProcessById(process));
    }

    [Fact]
    public async Task What_a_killed_process_left_behind_is_cleared_at_start()
    {
        await using var rig = await ModelRig.OpenAsync();
        var left = Path.Combine(rig.ModelFolder, ".work", "left");
        Directory.CreateDirectory(left);
        await rig.ReopenAsync();
        Assert.False(Directory.Exists(left));
    }
}
