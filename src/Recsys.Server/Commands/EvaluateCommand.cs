using System.CommandLine;
using Recsys.V1;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>`recsys evaluate`: how well held-out interactions are predicted, beside the baselines.</summary>
internal sealed class EvaluateCommand : ClientCommand
{
    private readonly Option<string> _split = new("--split")
    {
        Description = "leave-one-out (each user's last interaction) or temporal (the newest tenth of all interactions).",
        HelpName = "NAME",
        DefaultValueFactory = _ => "leave-one-out",
    };

    private readonly Option<int> _epochs = new("--epochs") { Description = "1 to 200; 0 chooses by the data's size.", HelpName = "N" };
    private readonly Option<long> _seed = new("--seed") { Description = "Seed of everything random.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _keepSeen = new("--keep-seen") { Description = "Let items compete that the user has already interacted with." };
    private readonly Option<int> _maxUsers = new("--max-users") { Description = "Evaluate at most so many users; 0: all.", HelpName = "N" };

    /// <inheritdoc/>
    protected override Command Define()
    {
        var command = new ExampledCommand(
            "evaluate",
            "Measure how well held-out interactions are predicted: trains a model of its own on the training part (the live model isn't touched), "
            + "then ranks all items for each user by that model, by the serving engine, and by three baselines.",
            """
            recsys evaluate --db films.db
            recsys evaluate --db films.db --split temporal --json
            recsys evaluate --keep-seen --max-users 1000
            """);
        _split.AcceptOnlyFromAmong("leave-one-out", "temporal");
        command.Add(_split);
        command.Add(_epochs);
        command.Add(_seed);
        command.Add(_keepSeen);
        command.Add(_maxUsers);
        command.SetAction((words, token) => Run(words, (server, stop) => EvaluateAsync(words, server, stop), token));
        return command;
    }

    private async Task<int> EvaluateAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var json = words.GetValue(Connection.Json);
        var terminal = Terminal();
        var report = await ModelTraining.EvaluateAsync(
            server,
            new EvaluateModelRequest
            {
                Namespace = server.Namespace,
                Split = words.GetValue(_split) == "temporal" ? EvaluationSplit.Temporal : EvaluationSplit.LeaveOneOut,
                Epochs = words.GetValue(_epochs),
                Seed = words.GetValue(_seed),
                ExcludeSeen = !words.GetValue(_keepSeen),
                MaxUsers = words.GetValue(_maxUsers),
            },
            terminal, json, cancellationToken);
        if (json)
        {
            PrintJson(new System.Text.Json.Nodes.JsonObject { ["report"] = JsonOf(report) });
            return Success;
        }

        terminal.MarkupLineInterpolated(
            $"{words.GetValue(_split)}, {report.UserCount:N0} users, all {report.ItemCount:N0} items ranked, trained on {report.TrainingInteractionCount:N0} interactions; {report.TieRule}");
        var table = new MetricsTable("recommender");
        foreach (var row in report.Rows)
        {
            table.AddRow(row.Name, row.Metrics);
        }

        table.WriteTo(terminal);
        var difference = report.StreamedFloat16Ndcg - report.WindowedFloat32Ndcg;
        terminal.WriteLine(
            $"float16 states streamed step by step NDCG@10 {report.StreamedFloat16Ndcg:F4}, float32 windows {report.WindowedFloat32Ndcg:F4}, "
            + $"difference {difference:+0.0000;-0.0000;0.0000}");
        foreach (var note in report.Notes)
        {
            terminal.WriteLine(note);
        }

        return Success;
    }
}
