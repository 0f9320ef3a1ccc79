using System.CommandLine;
using System.Globalization;
using Recsys.V1;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>`recsys placements list|get|put|delete|history|roll-back`.</summary>
internal sealed class PlacementsCommand() : EditedCommand<Placement>("placements", "placement", "a", maxFileBytes: 4 << 20, limit: ", which is 1 MiB")
{
    private readonly Argument<string> _placement = new("PLACEMENT") { Description = "The placement's id; `default` holds for all that have no configuration of their own." };
    private readonly Option<long> _version = new("--version") { Description = "An earlier version, as `recsys placements history` lists them.", HelpName = "NUMBER" };

    /// <inheritdoc/>
    protected override Command Define()
    {
        var command = new ExampledCommand(
            "placements",
            "Configure what the lists of a placement are made of and which rules they obey. A change is in effect in the next list.",
            """
            recsys placements get home --db films.db   > home.json
            recsys placements put --file home.json --validate-only --db films.db
            recsys placements put --file home.json --server http://127.0.0.1:7080
            recsys placements list --namespace arcade --json
            recsys placements history home --db films.db
            recsys placements roll-back home --version 3 --db films.db
            recsys placements delete home
            """);
        command.Add(Part("list", "List the placements that the server makes its lists by.", ListAsync));
        command.Add(OfPlacement("get", "Print a placement as JSON.", GetAsync, _version));
        command.Add(PutPart("Create a placement or replace it as a whole."));
        command.Add(OfPlacement("delete", "Delete a placement: its lists are those of `default` then. It can be rolled back.", DeleteAsync));
        command.Add(OfPlacement("history", "List who changed a placement when, newest first.", HistoryAsync));
        command.Add(OfPlacement("roll-back", "Make a placement what it was before its newest version, or in the one given.", RollBackAsync, _version));
        return command;
    }

    private Command OfPlacement(string name, string description, Func<ParseResult, ServerConnection, CancellationToken, Task<int>> work, params Option[] options)
    {
        var part = Part(name, description, work, options: options);
        part.Add(_placement);
        return part;
    }

    private async Task<int> ListAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var json = words.GetValue(Connection.Json);
        var table = new Table().Border(TableBorder.Simple).AddColumns("placement", "version", "changed", "filter", "caps", "pins", "boosts", "page size");
        var request = new ListPlacementsRequest { Namespace = server.Namespace, PageSize = 1000 };
        do
        {
            var page = await server.Placements.ListPlacementsAsync(request, cancellationToken: cancellationToken);
            foreach (var placement in page.Placements)
            {
                if (json)
                {
                    PrintJson(placement);
                }

                table.AddRow(
                    Markup.Escape(placement.PlacementId), Number(placement.Version), $"{placement.UpdateTime.ToDateTime():u}", placement.Filter.Length > 0 ? "yes" : "",
                    Count(placement.Caps.Count), Count(placement.Pins.Count), Count(placement.Boosts.Count), Count(placement.PageSize));
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        if (!json && table.Rows.Count > 0)
        {
            Terminal().Write(table);
        }
        else if (!json)
        {
            Console.WriteLine($"No placements in namespace '{server.Namespace}': every list is made of all sources, without rules. Configure one with recsys placements put.");
        }

        return Success;
    }

    private async Task<int> GetAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var request = new GetPlacementRequest { Namespace = server.Namespace, PlacementId = words.GetRequiredValue(_placement), Version = words.GetValue(_version) };
        var placement = (await server.Placements.GetPlacementAsync(request, cancellationToken: cancellationToken)).Placement;
        return Print(words, placement);
    }

    protected override async Task<(Placement Stored, string Text, int Pending)> PutAsync(
        Placement document, string etag, bool validateOnly, ServerConnection server, CancellationToken cancellationToken)
    {
        var request = new PutPlacementRequest { Namespace = server.Namespace, Placement = document, Etag = etag, ValidateOnly = validateOnly };
        var answer = await server.Placements.PutPlacementAsync(request, cancellationToken: cancellationToken);
        return (answer.Placement, $"{document.PlacementId} is version {answer.Placement.Version} now.", answer.ReplicasPending);
    }

    protected override (string Id, string Etag) NameOf(Placement document) => (document.PlacementId, document.Etag);

    private async Task<int> DeleteAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var request = new DeletePlacementRequest { Namespace = server.Namespace, PlacementId = words.GetRequiredValue(_placement) };
        var answer = await server.Placements.DeletePlacementAsync(request, cancellationToken: cancellationToken);
        return Say(words, answer, $"{request.PlacementId} is deleted.", answer.ReplicasPending);
    }

    private async Task<int> HistoryAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var json = words.GetValue(Connection.Json);
        var table = new Table().Border(TableBorder.Simple).AddColumns("version", "when", "by key", "what", "changed");
        var request = new ListPlacementVersionsRequest { Namespace = server.Namespace, PlacementId = words.GetRequiredValue(_placement), PageSize = 1000 };
        do
        {
            var page = await server.Placements.ListPlacementVersionsAsync(request, cancellationToken: cancellationToken);
            foreach (var version in page.Versions)
            {
                if (json)
                {
                    PrintJson(version);
                }

                table.AddRow(
                    Number(version.Version), $"{version.ChangeTime.ToDateTime():u}", Markup.Escape(version.ApiKeyId), What(version), string.Join(' ', version.ChangedFields));
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        if (!json)
        {
            Terminal().Write(table);
        }

        return Success;
    }

    private async Task<int> RollBackAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var request = new RollBackPlacementRequest { Namespace = server.Namespace, PlacementId = words.GetRequiredValue(_placement), Version = words.GetValue(_version) };
        var answer = await server.Placements.RollBackPlacementAsync(request, cancellationToken: cancellationToken);
        return Say(words, answer.Placement, $"{request.PlacementId} is version {answer.Placement.Version} now.", answer.ReplicasPending);
    }

    private static string What(PlacementVersion version) => version.Change switch
    {
        PlacementChange.RolledBack => $"rolled back to {Number(version.RolledBackVersion)}",
        var change => change.ToString().ToLowerInvariant(),
    };

    private static string Count(int count) => count == 0 ? "" : Number(count);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
