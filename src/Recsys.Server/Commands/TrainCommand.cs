using System.CommandLine;
using Recsys.V1;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>`recsys train`: trains a model on the store's events and makes it live.</summary>
internal sealed class TrainCommand : ClientCommand
{
    private readonly Option<int> _epochs = new("--epochs") { Description = "1 to 200; 0 chooses by the data's size.", HelpName = "N" };
    private readonly Option<long> _seed = new("--seed") { Description = "Seed of everything random.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<string> _settings = new("--settings")
    {
        Description = "A JSON file with the trainer's settings, as recsys tune writes; what it leaves out is chosen from the data's shape.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _skipActivation = new("--skip-activation") { Description = "Keep the present live model." };

    /// <inheritdoc/>
    protected override Command Define()
    {
        var command = new ExampledCommand(
            "train",
            "Train a model on everything in the store and make it live.",
            """
            recsys train --db films.db
            recsys train --server http://127.0.0.1:7080 --namespace arcade --json
            recsys train --epochs 5 --skip-activation
            recsys train --db films.db --settings tuned.json
            """);
        command.Add(_epochs);
        command.Add(_seed);
        command.Add(_settings);
        command.Add(_skipActivation);
        command.SetAction((words, token) => Run(
            words, () => words.GetValue(_settings) is { } file ? Read(file) : "", (settings, server, stop) => TrainAsync(words, settings, server, stop), token));
        return command;
    }

    // To the server no settings at all are an empty text.
    private static string Read(string file) => File.ReadAllText(file) is var json && string.IsNullOrWhiteSpace(json)
        ? throw new ArgumentException($"{file} (--settings) is empty; expected a JSON object like {{\"epochs\": 20}}.")
        : json;

    private async Task<int> TrainAsync(ParseResult words, string settings, ServerConnection server, CancellationToken cancellationToken)
    {
        var json = words.GetValue(Connection.Json);
        var terminal = Terminal();
        var model = await ModelTraining.TrainAsync(
            server,
            new TrainModelRequest
            {
                Namespace = server.Namespace,
                Epochs = words.GetValue(_epochs),
                Seed = words.GetValue(_seed),
                SkipActivation = words.GetValue(_skipActivation),
                SettingsJson = settings,
            },
            terminal, json, cancellationToken);
        if (json)
        {
            PrintJson(new System.Text.Json.Nodes.JsonObject { ["model"] = JsonOf(model) });
            return Success;
        }

        terminal.WriteLine(
            $"{model.ModelVersion} {(model.Live ? "is live" : "is ready")}: {model.InteractionCount:N0} interactions, {model.UserCount:N0} users, "
            + $"{model.ItemCount:N0} items, {model.TrainingTime.ToTimeSpan().TotalSeconds:F0} s, {model.ArtefactBytes / 1024.0 / 1024.0:F1} MB");
        var table = new MetricsTable("validation");
        table.AddRow(model.ModelVersion, model.ValidationMetrics);
        table.WriteTo(terminal);
        foreach (var warning in model.Warnings) terminal.WriteLine($"Warning: {warning}");
        return Success;
    }
}
