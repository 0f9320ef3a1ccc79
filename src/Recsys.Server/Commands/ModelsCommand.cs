using System.CommandLine;
using System.Globalization;
using Recsys.Server.Mapping;
using Recsys.Serving;
using Recsys.V1;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>`recsys models list|get|activate|roll-back|add`.</summary>
internal sealed class ModelsCommand : ClientCommand
{
    private readonly Argument<string> _version = new("VERSION") { Description = "The model, e.g. session-3." };
    private readonly Argument<string> _artefact = new("FOLDER") { Description = "The artefact's folder, as recsys-train wrote it; it's copied." };
    private readonly Option<bool> _skipActivation = new("--skip-activation") { Description = "Keep the model without making it the live one." };

    /// <inheritdoc/>
    protected override Command Define()
    {
        var command = new ExampledCommand(
            "models",
            "List the trained models, switch between them, and take one over that was trained elsewhere.",
            """
            recsys models list --db films.db
            recsys models get session-2
            recsys models activate session-2 --server http://127.0.0.1:7080
            recsys models roll-back
            recsys models add trained-on-the-gpu --db films.db
            """);
        command.Add(Part("list", "List the models, newest first.", ListAsync));
        var get = Part("get", "Show one model: what it was trained on, its settings and figures, what the ranker's odds are worth.", GetAsync);
        get.Add(_version);
        command.Add(get);
        var activate = Part("activate", "Make a model the live one.", ActivateAsync);
        activate.Add(_version);
        command.Add(activate);
        command.Add(Part("roll-back", "Make the model live that was live before the present one.", RollBackAsync));
        var add = Part(
            "add",
            "Take over a model that recsys-train made on another machine from this store's training set, check it, and make it the live one. The store is opened in this process: "
            + "stop its server first; there's no call of the contract for this.",
            AddAsync, options: _skipActivation);
        add.Add(_artefact);
        command.Add(add);
        return command;
    }

    private async Task<int> ListAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var json = words.GetValue(Connection.Json);
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in new[] { "model", "live", "made", "interactions", "users", "items", "valid NDCG@10", "training s", "MB" })
        {
            table.AddColumn(new TableColumn(column).NoWrap());
        }

        var request = new ListModelsRequest { Namespace = server.Namespace, PageSize = 1000 };
        LearningStatus learning;
        var warnings = new List<string>();
        do
        {
            var page = await server.Models.ListModelsAsync(request, cancellationToken: cancellationToken);
            learning = page.Learning ?? new();
            foreach (var model in page.Models)
            {
                if (json)
                {
                    PrintJson(model);
                }

                if (model.Live) warnings.AddRange(model.Warnings.Select(warning => $"{model.ModelVersion}: {warning}"));
                table.AddRow(
                    model.ModelVersion, model.Live ? "live" : "", $"{model.CreateTime.ToDateTime():u}", Number(model.InteractionCount), Number(model.UserCount),
                    Number(model.ItemCount), model.ValidationMetrics.FirstOrDefault(m => m.K == 10)?.Ndcg.ToString("F4", CultureInfo.InvariantCulture) ?? "-",
                    model.TrainingTime.ToTimeSpan().TotalSeconds.ToString("F0", CultureInfo.InvariantCulture),
                    (model.ArtefactBytes / 1048576.0).ToString("F1", CultureInfo.InvariantCulture));
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        if (!json && table.Rows.Count > 0)
        {
            Terminal(minWidth: 110).Write(table);
        }
        else if (!json)
        {
            Console.WriteLine($"No models in namespace '{server.Namespace}' yet. Make one with recsys train.");
        }

        foreach (var warning in json ? [] : warnings) Console.WriteLine(warning);
        foreach (var line in json ? [] : LearningText.Lines(learning)) Console.WriteLine(line);

        return Success;
    }

    private async Task<int> GetAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var answer = await server.Models.GetModelAsync(
            new GetModelRequest { Namespace = server.Namespace, ModelVersion = words.GetRequiredValue(_version) }, cancellationToken: cancellationToken);
        if (words.GetValue(Connection.Json)) PrintJson(answer.Model);
        else foreach (var line in ModelText.Lines(answer.Model)) Console.WriteLine(line);
        return Success;
    }

    private async Task<int> ActivateAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var answer = await server.Models.ActivateModelAsync(
            new ActivateModelRequest { Namespace = server.Namespace, ModelVersion = words.GetRequiredValue(_version) }, cancellationToken: cancellationToken);
        return Say(words, answer.Model);
    }

    private async Task<int> RollBackAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var answer = await server.Models.RollBackModelAsync(new RollBackModelRequest { Namespace = server.Namespace }, cancellationToken: cancellationToken);
        return Say(words, answer.Model);
    }

    private async Task<int> AddAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        if (server.Host is not { } host)
        {
            throw new ArgumentException("models add opens the store itself: name its file by --db instead of --server, while no server holds it.");
        }

        try
        {
            var added = await host.Engine.Models.AddAsync(
                server.Namespace, words.GetRequiredValue(_artefact), activate: !words.GetValue(_skipActivation), cancellationToken);
            if (words.GetValue(_skipActivation) && !words.GetValue(Connection.Json))
            {
                Console.WriteLine($"{added.ModelVersion} is added.");
                return Success;
            }

            return Say(words, ModelMapping.Write(added));
        }
        catch (EngineException e)
        {
            return Refuse(e.Message);
        }
    }

    private int Say(ParseResult words, Model model)
    {
        if (words.GetValue(Connection.Json))
        {
            PrintJson(model);
        }
        else
        {
            Console.WriteLine($"{model.ModelVersion} is live.");
        }

        return Success;
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
