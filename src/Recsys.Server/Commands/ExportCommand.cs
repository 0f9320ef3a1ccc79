using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Recsys.Server.Commands.Export;
using Recsys.V1;
using Spectre.Console;
using TableCell = Recsys.Storage.Archive.TableCell;
using TableColumn = Recsys.Storage.Archive.TableColumn;

namespace Recsys.Server.Commands;

/// <summary>`recsys export events|items`: everything of a namespace into a file that `recsys import` reads back.</summary>
internal sealed class ExportCommand : ClientCommand
{
    private readonly ExportTarget _target = new();
    private readonly Option<string> _from = new("--from") { Description = "Only events received at this time or later, e.g. 2026-01-31 or 2026-01-31T08:00:00Z.", HelpName = "TIME" };
    private readonly Option<string> _until = new("--until") { Description = "Only events received before this time.", HelpName = "TIME" };
    private readonly Option<bool> _exposures = new("--exposures") { Description = "Impressions too, after all other events." };
    private readonly Option<bool> _undone = new("--undone") { Description = "Events that were taken back too, marked in the column undone." };

    /// <inheritdoc/>
    protected override Command Define()
    {
        var command = new ExampledCommand(
            "export",
            "Export events or items as Parquet, CSV or JSON Lines. The columns are those of docs/operations.md; recsys import reads such files without loss.",
            """
            recsys export events --db films.db --to events.parquet
            recsys export items --db films.db --to backup/ --format csv
            recsys export events --server http://127.0.0.1:7080 --from 2026-01-01 --to january.jsonl
            """);
        command.Add(Part("events", "Export the events of all users.", ExportEventsAsync, options: [.. _target.Options, _from, _until, _exposures, _undone]));
        command.Add(Part("items", "Export the catalogue.", ExportItemsAsync, options: [.. _target.Options]));
        return command;
    }

    private Task<int> ExportEventsAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var request = new ExportEventsRequest
        {
            Namespace = server.Namespace,
            FromTime = ExportTarget.TimeOf(words, _from),
            ToTime = ExportTarget.TimeOf(words, _until),
            IncludeExposures = words.GetValue(_exposures),
            IncludeUndone = words.GetValue(_undone),
        };
        return WriteAsync(words, "events", EventTable.Columns, EventTable.Fill, Events(server, request, cancellationToken), cancellationToken);
    }

    private Task<int> ExportItemsAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken) =>
        WriteAsync(words, "items", ItemTable.Columns, ItemTable.Fill, Items(server, cancellationToken), cancellationToken);

    private async Task<int> WriteAsync<T>(
        ParseResult words, string what, IReadOnlyList<TableColumn> columns, RowFill<T> fill, IAsyncEnumerable<T> messages, CancellationToken cancellationToken)
    {
        var (path, format) = _target.Of(words, what);
        var json = words.GetValue(Connection.Json);
        var (count, clock) = (0L, Stopwatch.StartNew());
        await using (var file = await ExportFile.CreateAsync(path, format, columns, cancellationToken))
        {
            if (json) await FillAsync(file);
            else await ShowAsync(Terminal(), what, () => Interlocked.Read(ref count), FillAsync(file));
            await file.CompleteAsync(cancellationToken);
        }

        var (bytes, seconds) = (new FileInfo(path).Length, clock.Elapsed.TotalSeconds);
        if (json)
        {
            PrintJson(new JsonObject
            {
                [what] = count,
                ["file"] = path,
                ["format"] = ExportTarget.NameOf(format),
                ["bytes"] = bytes,
                ["seconds"] = Math.Round(seconds, 2),
            });
        }
        else
        {
            Console.WriteLine($"{count:N0} {what} written to {path} ({bytes / 1048576.0:F1} MB), in {seconds:F1} s");
        }

        return Success;

        async Task FillAsync(ExportFile file)
        {
            var row = new TableCell[columns.Count];
            await foreach (var message in messages.WithCancellation(cancellationToken))
            {
                fill(message, row);
                await file.Table.AddAsync(row, cancellationToken);
                Interlocked.Increment(ref count);
            }
        }
    }

    private static async IAsyncEnumerable<StoredEvent> Events(
        ServerConnection server, ExportEventsRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var call = server.Users.ExportEvents(request, cancellationToken: cancellationToken);
        while (await call.ResponseStream.MoveNext(cancellationToken))
        {
            foreach (var stored in call.ResponseStream.Current.Events) yield return stored;
        }
    }

    private static async IAsyncEnumerable<Item> Items(
        ServerConnection server, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListItemsRequest { Namespace = server.Namespace, PageSize = 1_000 };
        do
        {
            var page = await server.Catalog.ListItemsAsync(request, cancellationToken: cancellationToken);
            foreach (var item in page.Items) yield return item;
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    private static Task ShowAsync(IAnsiConsole terminal, string what, Func<long> count, Task work) =>
        terminal.Status().StartAsync($"0 {what}", async context =>
        {
            while (!work.IsCompleted)
            {
                await Task.WhenAny(work, Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None));
                context.Status = $"{count():N0} {what}";
            }

            await work;
        });

    private delegate void RowFill<in T>(T message, Span<TableCell> row);
}
