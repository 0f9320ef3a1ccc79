using System.CommandLine;
using Grpc.Core;
using Recsys.Server.Bench;
using Recsys.Server.Hosting;
using Recsys.Serving;

namespace Recsys.Server.Commands;

/// <summary>`recsys bench`: a load generator in its own process.</summary>
internal sealed class BenchCommand
{
    private readonly BenchOptions _options = new();

    private readonly Option<string> _json = new("--json")
    {
        Description = "Write everything as JSON to this file; -: to standard output, instead of tables.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "",
    };

    private readonly Option<string> _picture = new("--picture")
    {
        Description = "With --catalogue: draw latency by catalogue size to this SVG file.",
        HelpName = "FILE.svg",
        DefaultValueFactory = _ => "",
    };

    /// <summary>Builds the command line's part.</summary>
    public Command Build()
    {
        var command = new ExampledCommand(
            "bench",
            "Load servers with events, lists and similar items, and measure. Arrivals are open-loop: operations are due by a schedule made beforehand, and latency "
            + "counts from when an operation was due, so a server that stalls is charged for everything that was due meanwhile. The servers are children of this command on a "
            + "temporary store, with a model of random weights, or running ones. An echo service gets the same load on the same machine, for comparison.",
            """
            recsys bench --rate 2000 --seconds 60
            recsys bench --rate max --p99-limit 20 --user-choice zipf --json bench.json
            recsys bench --catalogue 10k,100k,1m --rate 200 --picture bench.svg
            recsys bench --items 100k --rate 50 --sources both
            recsys bench --users 50k --rate 500 --warm-up 130 --seconds 180 --switch-model --no-echo
            recsys bench --mix events=100 --batch 100 --subscribe 0 --rate 500 -- --max-pending-events 200000
            recsys bench --server 10.0.0.1:7080,10.0.0.2:7080 --namespace bench --rate 500 --no-echo
            """);
        _options.AddTo(command);
        command.Add(_json);
        command.Add(_picture);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        var progress = new ProgressLine();
        try
        {
            var (json, picture) = (words.GetValue(_json)!, words.GetValue(_picture)!);
            if (picture.Length > 0 && (!_options.IsSweep(words) || !picture.EndsWith(".svg", StringComparison.OrdinalIgnoreCase)))
            {
                throw new FormatException("--picture needs --catalogue and the name of an .svg file.");
            }

            var report = await new BenchRun(_options.Read(words), progress, progress.Say).RunAsync(cancellationToken);
            progress.Clear();
            await WriteAsync(report, json, picture);
            return report.Interrupted ? ClientCommand.Interrupt() : report.Results.All(result => result.Server.ErrorCount == 0) ? ClientCommand.Success : ClientCommand.Failure;
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is RpcException or OperationCanceledException)
        {
            progress.Clear();
            return ClientCommand.Interrupt();
        }
        catch (RpcException e)
        {
            progress.Clear();
            return ClientCommand.Refuse(e.Status.DebugException is { } cause ? $"no connection: {cause.GetBaseException().Message}" : ClientCommand.Describe(e));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StartupException or FormatException or ArgumentException or EngineException)
        {
            progress.Clear();
            return ClientCommand.Refuse(e.Message);
        }
    }

    private static async Task WriteAsync(BenchReport report, string json, string picture)
    {
        if (json == "-") Console.WriteLine(report.ToJson());
        else BenchTables.Write(ClientCommand.Terminal(minWidth: 130), report);
        if (json.Length > 1) await File.WriteAllTextAsync(json, report.ToJson(), CancellationToken.None);
        if (picture.Length > 0 && report.Results.Count > 0) await File.WriteAllTextAsync(picture, CatalogueChart.Draw(report), CancellationToken.None);
    }
}
