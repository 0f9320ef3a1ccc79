using System.Text.Json;

namespace Recsys.ServerTests.Commands;

/// <summary>What people do with a store, in the order in which they do it: import, train, evaluate, recommend, switch models, replay.</summary>
public sealed class TrainedStoreTests(TrainedStore store) : IClassFixture<TrainedStore>
{
    private static readonly int[] CutOffs = [5, 10, 20];
    private static readonly string[] Recommenders = ["session (model)", "session (engine)", "most popular", "item-kNN", "Markov"];

    [Fact]
    public async Task Import_when_done_counts_everything_once()
    {
        var figures = Assert.Single(store.Import.Succeeds().Json);
        Assert.Equal(TrainedStore.Items, figures.GetProperty("items_stored").GetInt32());
        Assert.Equal(TrainedStore.Users * TrainedStore.EventsPerUser, figures.GetProperty("events_stored").GetInt32());
        Assert.Equal(0, figures.GetProperty("lines_rejected").GetInt32());
        Assert.Equal(JsonValueKind.Null, figures.GetProperty("reject_file").ValueKind);
        var again = (await store.RunAsync("import", "ml")).Succeeds();
        Assert.Contains("MovieLens 100K ratings (u.data)", again.Output, StringComparison.Ordinal);
        Assert.Contains("60 items and 0 events stored, 1,000 events known already", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_when_asked_for_json_reports_progress_and_the_model_and_nothing_else()
    {
        var lines = store.Training.Succeeds().Json;
        Assert.All(lines.SkipLast(1), line => Assert.InRange(line.GetProperty("progress").GetProperty("fraction").GetDouble(), 0, 1));
        Assert.Contains(lines, line => line.TryGetProperty("progress", out var progress) && progress.GetProperty("epoch").GetInt32() == 1);
        var model = lines[^1].GetProperty("model");
        Assert.Equal("session-1", model.GetProperty("model_version").GetString());
        Assert.True(model.GetProperty("live").GetBoolean());
        Assert.Equal("1000", model.GetProperty("interaction_count").GetString());
        AssertMetrics(model.GetProperty("validation_metrics"));
    }

    [Fact]
    public async Task Evaluation_when_asked_for_json_has_every_row_figure_and_note()
    {
        var report = (await store.RunAsync("evaluate", "--epochs", "1", "--json")).Succeeds().Json[^1].GetProperty("report");
        Assert.Equal("EVALUATION_SPLIT_LEAVE_ONE_OUT", report.GetProperty("split").GetString());
        Assert.Equal("40", report.GetProperty("user_count").GetString());
        Assert.Equal(Recommenders, report.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("name").GetString()));
        Assert.All(report.GetProperty("rows").EnumerateArray(), row => AssertMetrics(row.GetProperty("metrics")));
        Assert.InRange(report.GetProperty("streamed_float16_ndcg").GetDouble() - report.GetProperty("windowed_float32_ndcg").GetDouble(), -0.05, 0.05);
        Assert.Contains("tie", report.GetProperty("tie_rule").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(report.GetProperty("notes").EnumerateArray());
    }

    [Fact]
    public async Task Evaluation_when_printed_has_a_table_of_all_figures_and_the_notes()
    {
        var run = (await store.RunAsync("evaluate", "--epochs", "1", "--split", "temporal", "--max-users", "20")).Succeeds();
        var head = Assert.Single(run.Output.Split('\n'), line => line.Contains("recommender", StringComparison.Ordinal));
        Assert.Equal(12, head.Split(' ').Count(word => word.Contains('@', StringComparison.Ordinal)));
        Assert.All(Recommenders, name => Assert.Contains(name, run.Output, StringComparison.Ordinal));
        Assert.Contains("The training part ends before 2023-11-15", run.Output, StringComparison.Ordinal);
        Assert.Contains("float16", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recommend_when_printed_shows_titles_reasons_and_the_model()
    {
        var known = (await store.RunAsync("recommend", "7", "-k", "3")).Succeeds().Output;
        Assert.Matches(@"1 +\d+ +Film \d+ \(1995\) +-?\d+\.\d{3} +comes next", known);
        Assert.DoesNotContain("  4  ", known, StringComparison.Ordinal);
        Assert.Contains("personal, session-", known, StringComparison.Ordinal);
        Assert.Contains("not personal, session-", (await store.RunAsync("recommend", "nobody", "-k", "3")).Succeeds().Output, StringComparison.Ordinal);
        Assert.Contains("Nothing to recommend", (await store.RunAsync("recommend", "7", "-n", "other")).Succeeds().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recommend_when_asked_for_json_is_one_list_for_all_its_users()
    {
        var list = Assert.Single((await store.RunAsync("recommend", "7", "8", "-k", "4", "--json")).Succeeds().Json);
        Assert.Equal(["7", "8"], list.GetProperty("user_ids").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal([0, 1, 2, 3], list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("position").GetInt32()));
        (await store.RunAsync("recommend", "7", "-k", "501")).IsRefused("page_size: must be 1 to 500");
        (await store.RunAsync("recommend", "7", "7")).IsRefused("user_ids[1]: is given twice");
    }

    [Fact]
    public async Task Models_when_a_second_is_trained_are_switched_and_rolled_back()
    {
        (await store.RunAsync("train", "--epochs", "1", "--seed", "2", "--skip-activation")).Succeeds();
        Assert.Equal("session-1", await LiveAsync());
        Assert.Equal("session-2 is live.\n", (await store.RunAsync("models", "activate", "session-2")).Succeeds().Output);
        Assert.Equal("session-2", await LiveAsync());
        Assert.Equal("session-1", Assert.Single((await store.RunAsync("models", "roll-back", "--json")).Succeeds().Json).GetProperty("model_version").GetString());
        Assert.Matches(@"session-1 +live +\d{4}-", (await store.RunAsync("models", "list")).Succeeds().Output);
        (await store.RunAsync("models", "activate", "session-9")).IsRefused("There is no model 'session-9'");
        Assert.Contains("No models in namespace 'other' yet", (await store.RunAsync("models", "list", "-n", "other")).Succeeds().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_when_asked_for_json_prints_lists_then_its_figures()
    {
        var lines = (await store.RunAsync("replay", "ml", "--speed", "0", "--max-events", "90", "--user", "3", "--namespace", "again", "--json")).Succeeds().Json;
        Assert.All(lines.SkipLast(1), line => Assert.Equal("3", line.GetProperty("list").GetProperty("user_ids")[0].GetString()));
        Assert.Equal(90, lines[^1].GetProperty("events_sent").GetInt32());
        Assert.Equal(90, lines[^1].GetProperty("events_accepted").GetInt32());
        Assert.Equal(0, lines[^1].GetProperty("events_refused").GetInt32());
        Assert.Equal(lines.Count - 1, lines[^1].GetProperty("lists_received").GetInt32());
        Assert.True(lines.Count > 1, "no list came");
    }

    [Fact]
    public async Task Replay_when_slowed_down_keeps_the_times_and_shows_each_change()
    {
        await File.WriteAllTextAsync(store.File("plays.csv"), "user,item,timestamp\nana,1,1700000000\nana,2,1700000008\nana,,1700000008\n");
        var run = (await store.RunAsync("replay", "plays.csv", "--speed", "10", "-k", "2", "--namespace", "slow")).Succeeds().Output;
        Assert.Contains("ana  at the start", run, StringComparison.Ordinal);
        Assert.Contains("ana  Play 2", run, StringComparison.Ordinal);
        Assert.Matches(@"2 events in (0\.[89]|[1-9]\d*\.\d) s: 2 stored, 0 known already, 0 refused; [23] lists", run);
        Assert.Contains("1 lines couldn't be read", run, StringComparison.Ordinal);
        run = (await store.RunAsync("replay", "plays.csv", "--speed", "0", "--namespace", "slow")).Succeeds().Output;
        Assert.Contains("0 stored, 2 known already", run, StringComparison.Ordinal);
        Assert.Contains("replay into a store that doesn't have these", run, StringComparison.Ordinal);
        (await store.RunAsync("replay", "ml", "--speed", "0", "-k", "501")).IsRefused("page_size");
        (await store.RunAsync("replay", "ml", "--speed", "-1")).IsRefused("--speed");
    }

    private static void AssertMetrics(JsonElement metrics)
    {
        Assert.Equal(CutOffs, metrics.EnumerateArray().Select(m => m.GetProperty("k").GetInt32()));
        Assert.All(metrics.EnumerateArray(), m => Assert.All(
            ["ndcg", "recall", "mrr", "coverage"], name => Assert.InRange(m.GetProperty(name).GetDouble(), 0, 1)));
    }

    private async Task<string?> LiveAsync() =>
        Assert.Single((await store.RunAsync("models", "list", "--json")).Succeeds().Json, model => model.GetProperty("live").GetBoolean())
            .GetProperty("model_version").GetString();
}
