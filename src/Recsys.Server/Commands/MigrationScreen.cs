using System.Diagnostics;
using System.Text.Json.Nodes;
using Recsys.Serving.Migration;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>What `recsys migrate` prints: progress with rate and time left, and the comparison.</summary>
internal sealed class MigrationScreen(MigrationCounts counts, bool json)
{
    // A signal ends the work, and with it the waiting.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Says what the target is found to be.</summary>
    public void Begin(MigrationState state, string source, string target)
    {
        if (json)
        {
            Print(new() { ["phase"] = "begin", ["state"] = state.ToString().ToLowerInvariant(), ["source"] = source, ["target"] = target, ["users"] = counts.UsersTotal });
            return;
        }

        Console.WriteLine(state switch
        {
            MigrationState.New => $"{source} to {target}: {counts.UsersTotal:N0} users. Don't start a server on the target before this is complete.",
            MigrationState.Resumed => $"{source} to {target}: {counts.UsersTotal:N0} users. Going on where an earlier run ended; what is there is skipped.",
            _ => $"The migration from {source} to {target} was completed earlier: nothing is copied, both stores are compared.",
        });
    }

    /// <summary>Shows the copying.</summary>
    public Task CopyAsync(Task work) =>
        ShowAsync("copy", work, () => counts.UsersCopied + counts.UsersSkipped, () =>
            $"Copying: {counts.Items:N0} item numbers, {counts.Documents:N0} documents, {counts.UsersCopied:N0} users, {counts.Events:N0} events");

    /// <summary>Shows the comparison.</summary>
    public Task CompareAsync(Task work) =>
        ShowAsync("compare", work, () => counts.UsersVerified, () => $"Comparing: {counts.UsersVerified:N0} users");

    /// <summary>What this run wrote and skipped.</summary>
    public void Copied(TimeSpan elapsed)
    {
        var (seconds, entries) = (Math.Max(0.001, elapsed.TotalSeconds), counts.Events + counts.Exposures);
        if (json)
        {
            var copied = Counts("copied");
            copied["seconds"] = Math.Round(seconds, 2);
            Print(copied);
            return;
        }

        Console.WriteLine(
            $"Copied {counts.UsersCopied:N0} users with {counts.Events:N0} events and {counts.Exposures:N0} exposures ({counts.Undone:N0} undone), {counts.Items:N0} item numbers, "
            + $"{counts.Documents:N0} documents, {counts.Artefacts:N0} models in {seconds:F1} s ({counts.UsersCopied / seconds:N0} users/s, {entries / seconds:N0} events/s)");
        Console.WriteLine(
            $"Skipped, since they were there: {counts.UsersSkipped:N0} users, {counts.ItemsSkipped:N0} item numbers, {counts.DocumentsSkipped:N0} documents, "
            + $"{counts.ArtefactsSkipped:N0} models");
    }

    /// <summary>Both stores side by side.</summary>
    public void Report(MigrationReport report, TimeSpan elapsed)
    {
        if (json)
        {
            Print(new()
            {
                ["phase"] = "report",
                ["equal"] = report.IsEqual,
                ["rows"] = new JsonArray([.. report.Rows.Select(ToJson)]),
                ["difference_count"] = report.DifferenceCount,
                ["differences"] = Texts(report.Differences),
                ["missing_artefacts"] = Texts(report.MissingArtefacts),
                ["seconds"] = Math.Round(elapsed.TotalSeconds, 2),
            });
            return;
        }

        var table = new Table().AddColumns("", "Source", "Target", "Checksum of the source", "Checksum of the target", "Equal");
        foreach (var row in report.Rows)
            table.AddRow(row.Name, $"{row.Source:N0}", $"{row.Target:N0}", Short(row.SourceChecksum), Short(row.TargetChecksum), row.IsEqual ? "yes" : "NO");
        ClientCommand.Terminal(120).Write(table);
        foreach (var missing in report.MissingArtefacts) Console.WriteLine($"The source itself doesn't have the artefact of {missing}.");
        foreach (var difference in report.Differences) Console.WriteLine(difference);
        if (report.DifferenceCount > report.Differences.Count) Console.WriteLine($"... and {report.DifferenceCount - report.Differences.Count:N0} more");
        Console.WriteLine($"{(report.IsEqual ? "Both stores have the same" : $"{report.DifferenceCount:N0} differences")}; compared in {elapsed.TotalSeconds:F1} s");
    }

    // Enough to compare by eye; --json has all of it.
    private static string Short(string checksum) => checksum.Length > 16 ? checksum[..16] : checksum;

    private static JsonNode ToJson(MigrationRow row)
    {
        var node = new JsonObject { ["name"] = row.Name, ["source"] = row.Source, ["target"] = row.Target };
        if (row.SourceChecksum.Length > 0) (node["source_checksum"], node["target_checksum"]) = (row.SourceChecksum, row.TargetChecksum);
        node["equal"] = row.IsEqual;
        return node;
    }

    private static JsonArray Texts(IReadOnlyList<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static void Print(JsonObject node) => Console.WriteLine(node.ToJsonString());

    private JsonObject Counts(string phase) => new()
    {
        ["phase"] = phase,
        ["users_copied"] = counts.UsersCopied,
        ["users_skipped"] = counts.UsersSkipped,
        ["events"] = counts.Events,
        ["exposures"] = counts.Exposures,
        ["undone"] = counts.Undone,
        ["item_numbers"] = counts.Items,
        ["item_numbers_skipped"] = counts.ItemsSkipped,
        ["documents"] = counts.Documents,
        ["documents_skipped"] = counts.DocumentsSkipped,
        ["models"] = counts.Artefacts,
        ["models_skipped"] = counts.ArtefactsSkipped,
    };

    private async Task ShowAsync(string phase, Task work, Func<long> done, Func<string> describe)
    {
        if (json)
        {
            await PrintProgressAsync(phase, work, done);
            return;
        }

        await ClientCommand.Terminal().Progress().AutoClear(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var clock = Stopwatch.StartNew();
                var bar = context.AddTask("Users", maxValue: Math.Max(1, counts.UsersTotal));
                while (!work.IsCompleted)
                {
                    await Task.WhenAny(work, Task.Delay(Interval));
                    bar.MaxValue = Math.Max(1, counts.UsersTotal);
                    bar.Value = done();
                    bar.Description = $"{describe()} ({done() / clock.Elapsed.TotalSeconds:N0} users/s)";
                }

                await work;
                bar.Value = bar.MaxValue;
            });
    }

    private async Task PrintProgressAsync(string phase, Task work, Func<long> done)
    {
        var clock = Stopwatch.StartNew();
        var before = done();
        while (await Task.WhenAny(work, Task.Delay(Interval)) != work)
        {
            var rate = (done() - before) / clock.Elapsed.TotalSeconds;
            var line = Counts(phase);
            line["users_done"] = done();
            line["users"] = counts.UsersTotal;
            line["users_per_second"] = Math.Round(rate, 1);
            line["seconds_left"] = rate > 0 ? Math.Round((counts.UsersTotal - done()) / rate) : null;
            Print(line);
        }

        await work;
    }
}
