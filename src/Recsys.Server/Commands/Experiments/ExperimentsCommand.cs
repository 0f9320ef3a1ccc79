using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Recsys.Server.Bench;
using Recsys.V1;
using Spectre.Console;

namespace Recsys.Server.Commands.Experiments;

/// <summary>`recsys experiments list|get|put|stop|delete|report|exposures|estimate`.</summary>
internal sealed class ExperimentsCommand() : EditedCommand<Experiment>("experiments", "experiment", "an", maxFileBytes: 1 << 20)
{
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(10);

    private readonly Argument<string> _experiment = new("EXPERIMENT") { Description = "The experiment's id." };

    /// <inheritdoc/>
    protected override Command Define()
    {
        var command = new ExampledCommand(
            "experiments",
            "Split the users of a placement into variants whose lists are made differently, and report what became of it; or estimate what another policy would have earned, from a log with "
            + "propensities.",
            """
            recsys experiments put --file home-test.json --server http://127.0.0.1:7080
            recsys experiments list --server http://127.0.0.1:7080
            recsys experiments report home-test --server http://127.0.0.1:7080
            recsys experiments report home-test --db films.db --json
            recsys experiments stop home-test
            recsys experiments exposures home --db films.db --to home.parquet
            recsys experiments estimate --log home.parquet --policy greedy
            recsys experiments estimate --log plays.csv.gz --policy uniform
            """);
        command.Add(Part("list", "List the experiments that the server makes its lists by, and those that were stopped.", ListAsync));
        command.Add(OfExperiment("get", "Print an experiment as JSON.", GetAsync));
        command.Add(PutPart("Start an experiment. One that is there is replaced as a whole and starts anew: what was before isn't counted any more."));
        command.Add(OfExperiment("stop", "Stop an experiment: the next lists are the placement's own. It can still be reported on.", StopAsync));
        command.Add(OfExperiment("delete", "Delete an experiment, running or stopped.", DeleteAsync));
        command.Add(OfExperiment(
            "report",
            "Say what each variant's users were shown and played, with 95 % intervals and the difference to the control. Reads the log of every user in the experiment. "
            + "docs/experiments.md says how to read it.",
            ReportAsync));
        var exposures = new ExposuresCommand();
        var part = Part(
            "exposures",
            "Write what was shown in a placement, with its propensity and what came of it, to a file that estimate reads: CSV, Parquet or JSON Lines. Reads the log of every user. "
            + "Exposures without a propensity are left out and counted.",
            (words, server, stop) => exposures.RunAsync(words, words.GetValue(Connection.Json), server, stop),
            options: [.. exposures.Options]);
        part.Add(exposures.Placement);
        command.Add(part);
        command.Add(new EstimateCommand().Build());
        return command;
    }

    private Command OfExperiment(string name, string description, Func<ParseResult, ServerConnection, CancellationToken, Task<int>> work)
    {
        var part = Part(name, description, work);
        part.Add(_experiment);
        return part;
    }

    private async Task<int> ListAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var json = words.GetValue(Connection.Json);
        var table = new Table().Border(TableBorder.Simple).AddColumns("experiment", "placement", "variants", "control", "started", "stopped");
        var request = new ListExperimentsRequest { Namespace = server.Namespace, PageSize = 1000 };
        do
        {
            var page = await server.Experiments.ListExperimentsAsync(request, cancellationToken: cancellationToken);
            foreach (var experiment in page.Experiments)
            {
                if (json) PrintJson(experiment);
                table.AddRow(
                    Markup.Escape(experiment.ExperimentId), Markup.Escape(experiment.Placement),
                    Markup.Escape(string.Join(", ", experiment.Variants.Select(variant => $"{variant.Name} {variant.Share.ToString("P0", CultureInfo.InvariantCulture)}"))),
                    Markup.Escape(experiment.Control), $"{experiment.StartTime.ToDateTime():u}", experiment.StopTime is { } stop ? $"{stop.ToDateTime():u}" : "");
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        if (json) return Success;
        if (table.Rows.Count > 0) Terminal().Write(table);
        else Console.WriteLine($"No experiments in namespace '{server.Namespace}'. Start one with recsys experiments put.");
        return Success;
    }

    private async Task<int> GetAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var request = new GetExperimentRequest { Namespace = server.Namespace, ExperimentId = words.GetRequiredValue(_experiment) };
        var experiment = (await server.Experiments.GetExperimentAsync(request, cancellationToken: cancellationToken)).Experiment;
        return Print(words, experiment);
    }

    protected override async Task<(Experiment Stored, string Text, int Pending)> PutAsync(
        Experiment document, string etag, bool validateOnly, ServerConnection server, CancellationToken cancellationToken)
    {
        var request = new PutExperimentRequest { Namespace = server.Namespace, Experiment = document, Etag = etag, ValidateOnly = validateOnly };
        var answer = await server.Experiments.PutExperimentAsync(request, cancellationToken: cancellationToken);
        return (answer.Experiment, $"{document.ExperimentId} runs in placement {document.Placement} since {answer.Experiment.StartTime?.ToDateTime():u}.", answer.ReplicasPending);
    }

    protected override (string Id, string Etag) NameOf(Experiment document) => (document.ExperimentId, document.Etag);

    private async Task<int> StopAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var request = new StopExperimentRequest { Namespace = server.Namespace, ExperimentId = words.GetRequiredValue(_experiment) };
        var answer = await server.Experiments.StopExperimentAsync(request, cancellationToken: cancellationToken);
        return Say(words, answer.Experiment, $"{request.ExperimentId} is stopped since {answer.Experiment.StopTime.ToDateTime():u}.", answer.ReplicasPending);
    }

    private async Task<int> DeleteAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var request = new DeleteExperimentRequest { Namespace = server.Namespace, ExperimentId = words.GetRequiredValue(_experiment) };
        var answer = await server.Experiments.DeleteExperimentAsync(request, cancellationToken: cancellationToken);
        return Say(words, answer, $"{request.ExperimentId} is deleted.", answer.ReplicasPending);
    }

    private async Task<int> ReportAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var request = new ReportExperimentRequest { Namespace = server.Namespace, ExperimentId = words.GetRequiredValue(_experiment) };
        using var call = server.Experiments.ReportExperiment(request, cancellationToken: cancellationToken);
        ExperimentReport? report = null;
        var line = new ProgressLine();
        var start = Stopwatch.GetTimestamp();
        await foreach (var update in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            // What is read soon needs no word in a pipe.
            if (update.Progress is { } progress && (!Console.IsErrorRedirected || Stopwatch.GetElapsedTime(start) > QuietTime))
                line.Report($"read {progress.Events:N0} events of {progress.Users:N0} users");
            report = update.Report ?? report;
        }

        line.Clear();
        if (report is null) return Refuse("the server ended without a report");
        if (words.GetValue(Connection.Json)) PrintJson(report);
        else ReportTable.Write(report, Terminal());
        return Success;
    }
}
