using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Recsys.Server.Hosting;
using Recsys.Serving;
using Recsys.Serving.Models;
using Recsys.Storage;
using Recsys.Storage.Archive;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>
/// `recsys tune`: which settings of the network suit the store's data. The training set is exported once, into the state folder, and the store closed; the trainer does
/// the rest, for as long as it takes, while a server may have the store.
/// </summary>
internal sealed class TuneCommand : ClientCommand
{
    private const string SetFolder = "training-set";
    private const string SourceFile = "source.txt";

    private readonly Option<string> _state = new("--state")
    {
        Description = "Folder that everything is kept in: the training set, each finished training, the running one's checkpoint. The same command goes on from it. Default: tuning.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => "tuning",
    };

    /// <summary>Passed on to the trainer, which checks them.</summary>
    private readonly Option<string>[] _passed =
    [
        Passed("--budget", "TIME", "Wall time, e.g. 90m, 1h30m: a plan is made that ends in it, and it ends then in any case. Default without --trials: 1h."),
        Passed("--trials", "N", "Trials, the preset included, instead of as many as end in the budget: the outcome is then the same each time."),
        Passed("--epochs", "N", "Epochs of the last rung; default: the preset's."),
        Passed("--seed", "N", "Seed of everything random. Default: 1."),
        Passed("--space", "FILE", "A JSON file with what to tune: docs/quality.md. Default: what matters most, around the preset."),
        Passed("--leave-out", "N", "How many of each user's last targets not to see at all, as recsys evaluate leaves one out. Default: 0."),
        Passed("--validation-users", "N", "Users whose last interaction is held out to compare trials by. Default: a quarter, 1,000 to 10,000."),
        Passed("--threads", "N", "Threads. Default: one a processor."),
        Passed("--nice", "N", "Nice level to run at. Default: 10, behind everything else on the machine."),
        Passed("--report", "FILE", "Also write everything as JSON."),
        Passed("--write-settings", "FILE", "Also write the settings that come out, for recsys train --settings and recsys evaluate --settings."),
    ];

    /// <inheritdoc/>
    protected override Command Define()
    {
        var command = new ExampledCommand(
            "tune",
            "Find out which settings of the network suit the store's data: successive halving over a space of settings, compared on held-out interactions. The preset for the data's "
            + "shape takes part, and its settings come out unless others are better beyond chance. The network alone is tuned, without the rules beside it. No model is made, and "
            + "nothing is written to the store, which is free again as soon as its interactions are exported.",
            """
            recsys tune --db films.db --budget 90m --write-settings tuned.json
            recsys tune --db films.db --leave-out 1 --trials 27 --epochs 20 --report tuning.json
            recsys tune --db films.db --space space.json --state tuning-wide --json
            recsys evaluate --db films.db --settings tuned=tuned.json
            recsys train --db films.db --settings tuned.json
            """);
        command.Add(_state);
        foreach (var option in _passed) command.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private static Option<string> Passed(string name, string help, string description) => new(name) { Description = description, HelpName = help };

    private async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        var state = Path.GetFullPath(words.GetValue(_state)!);
        var set = Path.Combine(state, SetFolder);
        try
        {
            var tuning = new Tuning(Setting.Load<EngineOptions>(setting => setting.FromEnvironment()).TrainerPath, NullLoggerFactory.Instance);
            tuning.CheckTrainer();
            Check(words, state, set);
            if (!Directory.Exists(set))
            {
                var code = await Run(words, (server, stop) => ExportAsync(words, set, server, stop), cancellationToken);
                if (code != Success) return code;
            }

            return await TuneAsync(words, tuning, set, state, cancellationToken);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is EngineException or OperationCanceledException)
        {
            Console.Error.WriteLine($"recsys: interrupted; the same command goes on from {state}");
            return Interrupted;
        }
        catch (Exception e) when (e is EngineException or IOException or UnauthorizedAccessException or ArgumentException or FormatException or StoreFormatException)
        {
            return Refuse(e.Message);
        }
    }

    /// <summary>What is wrong with the words and the state folder, before anything is opened or made.</summary>
    private void Check(ParseResult words, string state, string set)
    {
        if (words.GetValue(Connection.Server)!.Length > 0)
            throw new ArgumentException("tune opens the store itself: name its file by --db instead of --server, while no server holds it.");
        if (words.GetValue<string>("--space") is { } space && !File.Exists(space)) throw new ArgumentException($"--space: there is no file {space}.");
        var file = Path.Combine(state, SourceFile);
        if (Directory.Exists(set) && (File.Exists(file) ? File.ReadAllText(file) : "") is var then && then != Source(words))
            throw new ArgumentException($"{state} has the state of a tuning of {(then.Length > 0 ? then : "another store")}, not of {Source(words)}. Name another --state, or delete the folder.");
    }

    private string Source(ParseResult words) =>
        $"namespace {words.GetValue(Connection.Namespace)} of {(Connection.RedisOf(words) is { Length: > 0 } redis ? redis : Path.GetFullPath(words.GetValue(Connection.Store)!))}";

    private async Task<int> ExportAsync(ParseResult words, string set, ServerConnection server, CancellationToken cancellationToken)
    {
        var state = Path.GetDirectoryName(set)!;
        Directory.CreateDirectory(state);
        // First, so that a training set never lies there without it.
        await File.WriteAllTextAsync(Path.Combine(state, SourceFile), Source(words), cancellationToken);
        var updates = server.Host!.Engine.Models.ExportAsync(server.Namespace, set, cancellationToken);
        await ModelTraining.FollowAsync(updates, "Exporting", Terminal(), words.GetValue(Connection.Json));
        return Success;
    }

    private async Task<int> TuneAsync(ParseResult words, Tuning tuning, string set, string state, CancellationToken cancellationToken)
    {
        var (json, terminal) = (words.GetValue(Connection.Json), Terminal());
        var manifest = await TrainingSetReader.ReadManifestAsync(set, cancellationToken);
        if (!json) terminal.WriteLine($"The store as of {manifest.Created:yyyy-MM-dd HH:mm}: {manifest.Interactions:N0} interactions of {manifest.Users:N0} users. Everything is kept in {state}.");
        var options = _passed.Where(option => words.GetValue(option) is not null).SelectMany(option => new[] { option.Name, words.GetValue(option)! });
        var result = await ModelTraining.FollowAsync(tuning.RunAsync(set, state, [.. options], cancellationToken), "Tuning", terminal, json);
        if (json) PrintJson(new JsonObject { ["report"] = JsonNode.Parse(result.ReportJson) });
        else Console.Write($"\n{result.Table}");
        return Success;
    }
}
