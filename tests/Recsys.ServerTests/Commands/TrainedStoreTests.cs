using System.Text.Json;

namespace Recsys.ServerTests.Commands;

/// <summary>What people do with a store, in the order in which they do it: import, train, evaluate, recommend, switch models, replay.</summary>
public sealed class TrainedStoreTests(TrainedStore store) : IClassFixture<TrainedStore>
{
    private static readonly int[] CutOffs = [5, 10, 20];
    private static readonly string[] Recommenders =
        ["session (model)", "session (engine)", "most popular", "item-kNN", "Markov", "sequential rules", "VSTAN", "EASE", "iALS"];

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
        var names = report.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("name").GetString()!);
        Assert.Equal(Recommenders, names.Where(name => !name.EndsWith(" alone)", StringComparison.Ordinal)));
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
    public async Task Evaluation_when_asked_for_a_report_writes_one_that_agrees_with_the_json()
    {
        await File.WriteAllLinesAsync(store.File("some.txt"), Enumerable.Range(1, 30).Select(user => $" {user} ").Append("").Append("nobody"));
        var run = (await store.RunAsync("evaluate", "--epochs", "2", "--users", "some.txt", "--report", "report.html", "--json")).Succeeds();
        var report = run.Json[^1].GetProperty("report");
        Assert.Equal("30", report.GetProperty("user_count").GetString());
        Assert.Equal("30", report.GetProperty("case_count").GetString());
        Assert.Equal(2_000, report.GetProperty("bootstrap_resamples").GetInt32());
        Assert.Equal(0, report.GetProperty("rows")[0].GetProperty("ndcg_difference").GetProperty("high").GetDouble());
        Assert.All(report.GetProperty("rows").EnumerateArray(), row =>
        {
            Assert.InRange(row.GetProperty("novelty").GetDouble(), 1, 10);
            Assert.InRange(row.GetProperty("gini").GetDouble(), 0, 1);
            var difference = row.GetProperty("ndcg_difference");
            Assert.InRange(difference.GetProperty("mean").GetDouble(), difference.GetProperty("low").GetDouble(), difference.GetProperty("high").GetDouble());
        });
        Assert.Equal(2, report.GetProperty("slices").EnumerateArray().Select(slice => slice.GetProperty("kind").GetString()).Distinct().Count());
        // With so little data there is a second training, on all of it.
        var curves = report.GetProperty("training_curves").EnumerateArray().ToArray();
        Assert.Equal(["session", "session, pass 2"], curves.Select(curve => curve.GetProperty("name").GetString()));
        Assert.All(curves, curve => Assert.Equal([1, 2], curve.GetProperty("epochs").EnumerateArray().Select(epoch => epoch.GetProperty("epoch").GetInt32())));
        Assert.All(curves.SelectMany(curve => curve.GetProperty("epochs").EnumerateArray()), epoch => Assert.InRange(epoch.GetProperty("loss").GetDouble(), 0.1, 10));
        Assert.Equal([true, false], curves.Select(curve => curve.GetProperty("epochs")[1].TryGetProperty("validation_ndcg", out _)));
        var html = await File.ReadAllTextAsync(store.File("report.html"));
        Assert.All(Recommenders, name => Assert.Contains($">{name}<", html, StringComparison.Ordinal));
        var ndcg = report.GetProperty("rows")[4].GetProperty("metrics")[1].GetProperty("ndcg").GetDouble();
        Assert.Contains($">{ndcg.ToString("F4", System.Globalization.CultureInfo.InvariantCulture)}<", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluation_when_given_a_test_file_predicts_every_next_item_of_its_users_and_stores_nothing()
    {
        // Sessions that go as the store's users do; one meets an item that the store doesn't have, one has a single event, one line is bad.
        var lines = Enumerable.Range(1, 20).SelectMany(session => Enumerable.Range(0, 4).Select(i => $"s{session}\t{(((session * 7) + i) % 60) + 1}\t{1_700_500_000 + (session * 100) + i}"));
        await File.WriteAllLinesAsync(store.File("test.tsv"), ["Session\tItem\tTime", .. lines, "s1\tunheard-of\t1700599999", "single\t3\t1700500000", "bad\t3\tyesterday"]);
        string[] words = ["evaluate", "--epochs", "1", "--test", "test.tsv", "--test-map", "user=Session,item=Item,time=Time"];
        var report = (await store.RunAsync([.. words, "--json"])).Succeeds().Json[^1].GetProperty("report");
        Assert.Equal("EVALUATION_SPLIT_GIVEN", report.GetProperty("split").GetString());
        Assert.Equal(("20", "61", "1000"), (report.GetProperty("user_count").GetString(), report.GetProperty("case_count").GetString(), report.GetProperty("training_interaction_count").GetString()));
        var markov = report.GetProperty("rows").EnumerateArray().Single(row => row.GetProperty("name").GetString() == "Markov").GetProperty("metrics")[2];
        Assert.InRange(markov.GetProperty("recall").GetDouble(), 0.5, 60 / 61.0);
        string[] notes = [.. report.GetProperty("notes").EnumerateArray().Select(note => note.GetString()!)];
        Assert.Contains("1 targets are items that the training part doesn't have: a miss in every row.", notes);
        Assert.Contains("Items that the user has interacted with compete like all others.", notes);
        Assert.Contains("1 lines or events of the test data can't be read and are left out.", notes);

        var last = (await store.RunAsync([.. words, "--every-next", "false", "--keep-seen", "false"])).Succeeds().Output;
        Assert.Contains("given test data, 20 users, 20 targets", last, StringComparison.Ordinal);
        Assert.Contains("Items that the user has interacted with are left out", last, StringComparison.Ordinal);
        (await store.RunAsync("export", "events", "--to", "kept.csv")).Succeeds();
        Assert.DoesNotContain("unheard-of", await File.ReadAllTextAsync(store.File("kept.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluation_when_the_model_itself_has_settings_then_they_are_those_of_the_first_rows()
    {
        await File.WriteAllTextAsync(store.File("two.json"), """{"network": {"members": 2}}""");
        await File.WriteAllTextAsync(store.File("preset.json"), "{}");
        var rows = (await store.RunAsync("evaluate", "--epochs", "1", "--settings", "two.json", "--settings", "preset=preset.json", "--json"))
            .Succeeds().Json[^1].GetProperty("report").GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("name").GetString()).ToList();
        Assert.Contains("session (one of 2 networks alone)", rows);
        Assert.Contains("preset (model)", rows);
    }

    [Fact]
    public async Task Evaluation_when_its_words_do_not_fit_is_refused_before_anything_is_trained()
    {
        await File.WriteAllTextAsync(store.File("list.json"), "[1]");
        await File.WriteAllTextAsync(store.File("none.txt"), "\n");
        await File.WriteAllTextAsync(store.File("one.tsv"), "user\titem\ttime\na\t1\t1700000000\n");
        (await store.RunAsync("evaluate", "--settings", "=wide")).IsRefused("--settings is FILE or NAME=FILE");
        (await store.RunAsync("evaluate", "--settings", "nowhere.json")).IsRefused("nowhere.json");
        (await store.RunAsync("evaluate", "--settings", "list.json")).IsRefused("settings_json: must be a JSON object");
        (await store.RunAsync("evaluate", "--settings", "list.json", "--settings", "list.json")).IsRefused("is given twice");
        (await store.RunAsync("evaluate", "--settings", "wide=nowhere.json")).IsRefused("nowhere.json");
        (await store.RunAsync("evaluate", "--settings", "wide=list.json")).IsRefused("variants[0].settings_json: must be a JSON object");
        await File.WriteAllTextAsync(store.File("good.json"), """{"network": {"members": 1}}""");
        await File.WriteAllTextAsync(store.File("misspelt.json"), """{"epochz": 1}""");
        (await store.RunAsync("evaluate", "--settings", "good=good.json", "--settings", "wide=misspelt.json")).Refuses("epochz is no setting; there are");
        (await store.RunAsync("evaluate", "--settings", "misspelt.json")).Refuses("epochz is no setting; there are");
        (await store.RunAsync("evaluate", "--users", "none.txt")).IsRefused("there is no id in none.txt");
        (await store.RunAsync("evaluate", "--report", "nowhere/report.html")).IsRefused("there is no folder");
        (await store.RunAsync("evaluate", "--every-next")).IsRefused("--every-next goes with --test");
        (await store.RunAsync("evaluate", "--test", "one.tsv", "--split", "temporal")).IsRefused("--split doesn't go with it");
        (await store.RunAsync("evaluate", "--test", "one.tsv", "--server", "127.0.0.1:9")).IsRefused("--test opens the store itself");
        (await store.RunAsync("evaluate", "--test", "nowhere.tsv")).IsRefused("nowhere.tsv");
        (await store.RunAsync("evaluate", "--test", "one.tsv")).IsRefused("No user of the test data");
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
    public async Task Recommend_when_filtered_lists_only_what_passes_and_names_the_character_where_a_filter_is_wrong()
    {
        Assert.Contains("Film ", (await store.RunAsync("recommend", "7", "--filter", "HAS(kind) AND age > -1d")).Succeeds().Output, StringComparison.Ordinal);
        Assert.Contains("and that pass the filter", (await store.RunAsync("recommend", "7", "--filter", "NOT HAS(kind)")).Succeeds().Output, StringComparison.Ordinal);
        (await store.RunAsync("recommend", "7", "--filter", "HAS(kind) AND genre = 'x'")).IsRefused("at character 15: unknown field 'genre': did you mean 'genres'?");
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
    [Trait("Category", "Slow")]
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
