using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Grpc.Core;
using Recsys.Server.Bench;
using Recsys.Server.Commands.Export;
using Recsys.V1;
using TableCell = Recsys.Storage.Archive.TableCell;

namespace Recsys.Server.Commands.Experiments;

/// <summary>`recsys experiments exposures`: what was shown in a placement and what came of it, as a log that `recsys experiments estimate` reads.</summary>
internal sealed class ExposuresCommand
{
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(10);

    private readonly ExportTarget _target = new();
    private readonly Option<string> _from = new("--from") { Description = "Only what was shown at this time or later, e.g. 2026-01-31 or 2026-01-31T08:00:00Z.", HelpName = "TIME" };
    private readonly Option<string> _until = new("--until") { Description = "Only what was shown before this time; it may have been played later.", HelpName = "TIME" };

    /// <summary>Where it was shown.</summary>
    public Argument<string> Placement { get; } = new("PLACEMENT") { Description = "The placement, as impressions name it." };

    /// <summary>Its options.</summary>
    public IReadOnlyList<Option> Options => [.. _target.Options, _from, _until];

    /// <summary>Writes the file.</summary>
    /// <param name="words">The command line.</param>
    /// <param name="json">Whether to say what was done as one JSON object.</param>
    /// <param name="server">Where the log is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<int> RunAsync(ParseResult words, bool json, ServerConnection server, CancellationToken cancellationToken)
    {
        var (path, format) = _target.Of(words, "exposures");
        var request = new ExportExposuresRequest
        {
            Namespace = server.Namespace,
            Placement = words.GetRequiredValue(Placement),
            FromTime = ExportTarget.TimeOf(words, _from),
            ToTime = ExportTarget.TimeOf(words, _until),
        };
        var clock = Stopwatch.StartNew();
        var (line, rows, summary) = (new ProgressLine(), 0L, null as ExposureSummary);
        await using (var file = await ExportFile.CreateAsync(path, format, ExposureTable.Columns, cancellationToken))
        {
            var row = new TableCell[ExposureTable.Columns.Count];
            using var call = server.Experiments.ExportExposures(request, cancellationToken: cancellationToken);
            await foreach (var part in call.ResponseStream.ReadAllAsync(cancellationToken))
            {
                // An estimate ends at a row that doesn't say how probable it was, and nobody can know it afterwards.
                foreach (var exposure in part.Exposures.Where(exposure => exposure.HasPropensity))
                {
                    ExposureTable.Fill(exposure, row);
                    await file.Table.AddAsync(row, cancellationToken);
                    rows++;
                }

                // What is read soon needs no word in a pipe.
                if (!Console.IsErrorRedirected || clock.Elapsed > QuietTime)
                    line.Report($"{rows:N0} exposures; read {part.Progress.Events:N0} events of {part.Progress.Users:N0} users");
                summary = part.Summary ?? summary;
            }

            if (summary is not null) await file.CompleteAsync(cancellationToken);
        }

        line.Clear();
        if (summary is null) return ClientCommand.Refuse("the server ended before the end of the log");
        if (json) Console.WriteLine(JsonOf(path, format, rows, summary, clock.Elapsed).ToJsonString());
        else Say(request.Placement, path, rows, summary, clock.Elapsed);
        return ClientCommand.Success;
    }

    private static void Say(string placement, string path, long rows, ExposureSummary summary, TimeSpan took)
    {
        Console.WriteLine($"{rows:N0} exposures of {placement} written to {path}, in {took.TotalSeconds:F1} s");
        if (summary.WithoutPropensity > 0)
            Console.WriteLine($"{summary.WithoutPropensity:N0} exposures are left out: their impressions don't say the item's propensity.");
        if (summary.UnattributedImpressions > 0)
            Console.WriteLine($"{summary.UnattributedImpressions:N0} impressions of the placement name no recommendation_id and are left out.");
        if (summary.PlaysWithoutExposure > 0)
            Console.WriteLine($"{summary.PlaysWithoutExposure:N0} plays are left out: their lists were shown, but there is no impression of the item.");
    }

    private static JsonObject JsonOf(string path, ExportFormat format, long rows, ExposureSummary summary, TimeSpan took) => new()
    {
        ["exposures"] = rows,
        ["without_propensity"] = summary.WithoutPropensity,
        ["unattributed_impressions"] = summary.UnattributedImpressions,
        ["plays_without_exposure"] = summary.PlaysWithoutExposure,
        ["file"] = path,
        ["format"] = ExportTarget.NameOf(format),
        ["bytes"] = new FileInfo(path).Length,
        ["seconds"] = Math.Round(took.TotalSeconds, 2),
    };
}
