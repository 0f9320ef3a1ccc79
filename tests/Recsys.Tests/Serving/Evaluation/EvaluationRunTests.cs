using Recsys.Serving;
using Recsys.Serving.Events;
using Recsys.Serving.Models;
using Recsys.Storage.Archive;
using Recsys.Tests.Serving.Models;

namespace Recsys.Tests.Serving.Evaluation;

/// <summary>Whole evaluations whose trainer is a shell script: what goes to the trainer and what comes of its reports.</summary>
public sealed class EvaluationRunTests
{
    private const string Ns = ModelRig.Ns;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Each_variant_is_trained_on_the_same_split_with_its_own_settings_and_has_its_row_and_curve()
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync();
        var (main, other) = (await rig.NewArtefactAsync(), await rig.NewArtefactAsync(seed: 2));
        var (arguments, settings, sets) = (rig.Temporary("arguments"), rig.Temporary("settings"), rig.Temporary("sets"));
        await rig.ReopenAsync(rig.Script($$"""
            echo "$@" >> {{arguments}}
            case "$*" in *--check) exit 0 ;; esac
            (cd "$training_set" && cat *) | cksum >> {{sets}}
            artefact={{main}}
            while [ $# -gt 0 ]; do
              if [ "$1" = --settings ]; then cat "$2" >> {{settings}}; artefact={{other}}; fi
              shift
            done
            echo '{"phase":"train","epoch":1,"epoch_count":2,"fraction":0.3,"loss":4}'
            echo '{"phase":"train","epoch":1,"epoch_count":2,"fraction":0.5,"loss":3.5}'
            echo '{"phase":"train","epoch":2,"epoch_count":2,"fraction":1,"loss":3}'
            echo '{"phase":"validate","epoch":2,"epoch_count":2,"fraction":1,"loss":3,"validation_metrics":[{"k":10,"ndcg":0.25}]}'
            echo '{"phase":"train","epoch":1,"epoch_count":1,"fraction":1,"loss":2}'
            cp -r "$artefact" "$output"
            """));
        var options = new EvaluationOptions { Epochs = 2, Seed = 7, Variants = [new("wide", """{"hidden_size":512}""")] };
        var updates = await rig.Models.EvaluateAsync(Ns, options, None).ToListAsync();
        var report = updates[^1].Report!;
        Assert.Equal(["session (model)", "session (engine)", "wide (model)"], report.Rows.Take(3).Select(row => row.Name));
        Assert.NotEqual(report.Rows[0].Metrics, report.Rows[2].Metrics);
        var lines = await File.ReadAllLinesAsync(arguments);
        Assert.Equal(3, lines.Length);
        Assert.Matches("--settings .* --check$", lines[0]);
        Assert.DoesNotContain("--settings", lines[1], StringComparison.Ordinal);
        Assert.Contains("--seed 7 --epochs 2 --settings ", lines[2], StringComparison.Ordinal);
        Assert.Equal("""{"hidden_size":512}""", await File.ReadAllTextAsync(settings));
        Assert.Single((await File.ReadAllLinesAsync(sets)).Distinct());
        Assert.Equal(["session", "session, pass 2", "wide", "wide, pass 2"], report.TrainingCurves.Select(curve => curve.Name));
        Assert.Equal([new(1, 3.5, null), new(2, 3, 0.25)], report.TrainingCurves[0].Epochs);
        Assert.Equal([new(1, 2, null)], report.TrainingCurves[1].Epochs);
        var fractions = updates.Where(update => update.Progress is not null).Select(update => update.Progress!.Fraction).ToArray();
        Assert.Equal(fractions.Order(), fractions);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(rig.ModelFolder, ".work")));
    }

    /// <summary>What the trainer refuses with a variant's settings is theirs, unless it refuses without them as well: too little data, say.</summary>
    [Theory]
    [InlineData("*--settings*--check", "SETTINGS_INVALID", "variants[0].settings_json")]
    [InlineData("*--check", "TRAINING_FAILED", "")]
    public async Task A_variant_is_blamed_only_for_what_its_settings_cause_and_before_anything_is_trained(string refused, string reason, string field)
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync();
        var trained = rig.Temporary("trained");
        await rig.ReopenAsync(rig.Script($"""
            case "$*" in {refused}) echo "recsys-train: $output.json: no good" >&2; exit 2 ;; *--check) exit 0 ;; esac
            touch {trained}
            """));
        var failed = await Assert.ThrowsAsync<EngineException>(async () =>
            await rig.Models.EvaluateAsync(Ns, new() { Variants = [new("wide", """{"hidden_size":-1}""")] }, None).LastAsync());
        Assert.Equal((reason, field), (failed.Reason, failed.Field));
        Assert.Contains("artefact-1.json: no good", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(rig.ModelFolder, failed.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(trained));
    }

    [Fact]
    public async Task Given_users_are_nobody_of_the_store_and_leave_nothing_in_it()
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync();
        var kept = rig.Temporary("kept-training-set");
        await rig.ReopenAsync(rig.Script($"cp -r \"$training_set\" {kept}; cp -r {await rig.NewArtefactAsync()} \"$output\""));

        // u0 is a user of the store too. Events out of order; a skip is no target; an item that nobody has heard of.
        WatchEvent[] events = [Play("i3", 30), Play("i1", 10), Play("i2", 20, WatchEventType.Skip), Play("unheard-of", 40), Play("i4", 50)];
        var options = new EvaluationOptions { Split = EvaluationSplit.Given, ExcludeSeen = false, Test = [new("u0", events)] };
        var report = (await rig.Models.EvaluateAsync(Ns, options, None).LastAsync()).Report!;
        Assert.Equal((1L, 3L, 240L), (report.UserCount, report.CaseCount, report.TrainingInteractionCount));
        Assert.Contains(report.Notes, note => note.StartsWith("1 targets are items that the training part doesn't have", StringComparison.Ordinal));
        Assert.Equal([(2, 2), (3, 3), (4, 4)], report.Slices.Where(slice => slice.Kind == EvaluationSliceKind.HistoryLength).Select(slice => ((int)slice.From, (int)slice.To)));
        Assert.Equal(TrainingSetSplit.None, (await TrainingSetReader.ReadAsync(kept, None)).Manifest.Split);
        Assert.Equal(12, (await rig.Store.ListItemNumbersAsync(0, 100, None)).Count);

        static WatchEvent Play(string item, int second, WatchEventType type = WatchEventType.Play) =>
            new() { UserId = "u0", ItemId = item, Type = type, EventTimeMs = 1_700_000_000_000 + (second * 1_000) };
    }

    [Fact]
    public async Task Given_users_none_of_whom_can_be_evaluated_are_said_to_be_such()
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync();
        await rig.ReopenAsync(rig.Script("true"));
        var failed = await Assert.ThrowsAsync<EngineException>(async () =>
            await rig.Models.EvaluateAsync(Ns, new() { UserIds = ["nobody"] }, None).LastAsync());
        Assert.Equal("TOO_FEW_INTERACTIONS", failed.Reason);
        Assert.Contains("None of the 1 given users", failed.Message, StringComparison.Ordinal);
    }
}
