using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Recsys.Datasets;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>`recsys import PATH`: a data set's items and events into a store.</summary>
internal sealed class ImportCommand : ClientCommand
{
    private readonly DatasetOptionsOnCommand _dataset = new();

    private readonly Option<string> _rejects = new("--reject-file")
    {
        Description = "Where lines go that can't be read or are refused, with the reason. Default: NAME.rejects.tsv in the current folder.",
        HelpName = "FILE",
    };

    /// <inheritdoc/>
    protected override Command Define()
    {
        var command = new ExampledCommand(
            "import",
            "Import items and events. Streams; bad lines are counted and written to the reject file, and never end the import. Importing a file again "
            + "within 24 hours doubles nothing as far as the duplicate window reaches (each user's last 1,000 events).",
            """
            recsys import ml-100k --db films.db
            recsys import clicks.csv --map user=visitorid,item=itemid,time=timestamp,type=event --items products.csv
            recsys import ratings.parquet --map user=userId,item=movieId --db films.db
            recsys import sequences.txt --format Sequence --server http://127.0.0.1:7080
            """);
        _dataset.AddTo(command);
        command.Add(_rejects);
        command.SetAction((words, token) => Run(
            words, () => Open(words), (dataset, server, stop) => ImportAsync(words, dataset, server, stop), token, startsStore: true));
        return command;
    }

    private IDataset Open(ParseResult words)
    {
        var dataset = _dataset.Open(words);
        if (File.Exists(RejectPath(words)) && Path.GetFullPath(RejectPath(words)) == Path.GetFullPath(_dataset.PathOf(words)))
        {
            throw new ArgumentException("--reject-file would overwrite the data set.");
        }

        return dataset;
    }

    private string RejectPath(ParseResult words) =>
        words.GetValue(_rejects) ?? $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(_dataset.PathOf(words))))}.rejects.tsv";

    private async Task<int> ImportAsync(ParseResult words, IDataset dataset, ServerConnection server, CancellationToken cancellationToken)
    {
        var json = words.GetValue(Connection.Json);
        using var rejects = new RejectFile(RejectPath(words));
        var import = new DatasetImport(server, dataset, rejects);
        var progress = new ReadProgress(rejects.Add);
        var clock = Stopwatch.StartNew();
        try
        {
            if (json)
            {
                await import.RunAsync(progress, cancellationToken);
            }
            else
            {
                Terminal().MarkupLineInterpolated($"{dataset.Description}{(dataset.HasTimes ? "" : " (no times in it: made up, a minute between a user's events)")}");
                await ShowAsync(Terminal(), dataset, progress, import, cancellationToken);
            }
        }
        catch (Exception) when (import.EventsStored + import.EventsDuplicate + import.ItemsStored > 0)
        {
            Console.Error.WriteLine(
                $"recsys: {import.ItemsStored:N0} items and {import.EventsStored + import.EventsDuplicate:N0} events were stored before this; to go on, import again within 24 hours");
            throw;
        }

        var seconds = clock.Elapsed.TotalSeconds;
        if (json)
        {
            PrintJson(new JsonObject
            {
                ["dataset"] = dataset.Description,
                ["items_stored"] = import.ItemsStored,
                ["items_refused"] = import.ItemsRefused,
                ["events_stored"] = import.EventsStored,
                ["events_duplicate"] = import.EventsDuplicate,
                ["events_refused"] = import.EventsRefused,
                ["lines_rejected"] = progress.RejectedLines,
                ["unknown_items_skipped"] = progress.UnknownItems,
                ["reject_file"] = rejects.Count > 0 ? rejects.Path : null,
                ["seconds"] = Math.Round(seconds, 2),
            });
        }
        else
        {
            var settled = import.EventsStored + import.EventsDuplicate;
            Console.WriteLine(
                $"{import.ItemsStored:N0} items and {import.EventsStored:N0} events stored, {import.EventsDuplicate:N0} events known already, "
                + $"in {seconds:F1} s ({settled / seconds:N0} events/s)");
            if (progress.UnknownItems > 0)
            {
                Console.WriteLine($"{progress.UnknownItems:N0} interactions with an unknown item (0) skipped");
            }

            if (rejects.Count > 0)
            {
                Console.WriteLine($"{rejects.Count:N0} lines or records left out: see {rejects.Path}");
            }
        }

        if (import.ItemsStored + import.EventsStored + import.EventsDuplicate > 0)
        {
            return Success;
        }

        Console.Error.WriteLine("recsys: nothing was imported");
        return Failure;
    }

    private static Task ShowAsync(IAnsiConsole terminal, IDataset dataset, ReadProgress progress, DatasetImport import, CancellationToken cancellationToken) =>
        terminal.Progress().AutoClear(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask("Items and events", maxValue: Math.Max(1, dataset.ItemBytes + dataset.EventBytes));
                var work = import.RunAsync(progress, cancellationToken);
                while (!work.IsCompleted)
                {
                    await Task.WhenAny(work, Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken));
                    bar.Value = progress.BytesRead;
                    bar.Description = $"{import.ItemsStored:N0} items, {import.EventsStored:N0} events";
                }

                await work;
                bar.Value = bar.MaxValue;
            });
}
