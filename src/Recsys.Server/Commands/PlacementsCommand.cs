using System.CommandLine;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Recsys.V1;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>`recsys placements list|get|put|delete|history|roll-back`.</summary>
internal sealed class PlacementsCommand : ClientCommand
{
    private const long MaxFileBytes = 4 << 20;

    private readonly Argument<string> _placement = new("PLACEMENT") { Description = "The placement's id; `default` holds for all that have no configuration of their own." };
    private readonly Option<long> _version = new("--version") { Description = "An earlier version, as `recsys placements history` lists them.", HelpName = "NUMBER" };

    private readonly Option<string> _file = new("--file")
    {
        Description = "The placement as JSON, as `recsys placements get` prints it.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<bool> _validateOnly = new("--validate-only") { Description = "Check the placement and change nothing." };

    private readonly Option<bool> _force = new("--force")
    {
        Description = "Put it whatever is stored. Else a file that has an etag, as `get` prints it, is only put while nobody has changed the placement since.",
    };

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
        var put = new Command("put", "Create a placement or replace it as a whole.") { _file, _validateOnly, _force };
        Connection.AddTo(put);
        put.SetAction((words, token) => Run(words, () => Read(words.GetRequiredValue(_file)), (placement, server, stop) => PutAsync(words, placement, server, stop), token));
        command.Add(put);
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

    private static Placement Read(string file)
    {
        if (new FileInfo(file) is { Exists: true, Length: > MaxFileBytes }) throw new InvalidDataException($"{file} is larger than a placement can be, which is 1 MiB.");
        try
        {
            return JsonParser.Default.Parse<Placement>(File.ReadAllText(file));
        }
        catch (Exception e) when (e is InvalidJsonException or InvalidProtocolBufferException)
        {
            throw new InvalidDataException($"{file} is no placement: {e.Message}", e);
        }
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
        if (words.GetValue(Connection.Json))
        {
            PrintJson(placement);
        }
        else
        {
            // For people to edit: only what isn't as it would be anyway.
            Console.WriteLine(new JsonFormatter(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true).WithIndentation()).Format(placement));
        }

        return Success;
    }

    private async Task<int> PutAsync(ParseResult words, Placement placement, ServerConnection server, CancellationToken cancellationToken)
    {
        var request = new PutPlacementRequest
        {
            Namespace = server.Namespace,
            Placement = placement,
            Etag = words.GetValue(_force) ? "" : placement.Etag,
            ValidateOnly = words.GetValue(_validateOnly),
        };
        try
        {
            var answer = await server.Placements.PutPlacementAsync(request, cancellationToken: cancellationToken);
            return request.ValidateOnly
                ? Say(words, answer.Placement, $"{placement.PlacementId} is valid; nothing is changed.", 0)
                : Say(words, answer.Placement, $"{placement.PlacementId} is version {answer.Placement.Version} now.", answer.ReplicasPending);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Aborted && request.Etag.Length > 0)
        {
            return Refuse($"{placement.PlacementId} isn't as it was when the file was made: get it again and make the change there, or say --force.");
        }
    }

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

    private int Say(ParseResult words, IMessage message, string text, int pending)
    {
        if (words.GetValue(Connection.Json))
        {
            PrintJson(message);
        }
        else
        {
            Console.WriteLine(text);
        }

        if (pending > 0)
        {
            Console.Error.WriteLine($"recsys: {pending} other servers on this store haven't taken it over yet; they will, unless they died just now.");
        }

        return Success;
    }

    private static string What(PlacementVersion version) => version.Change switch
    {
        PlacementChange.RolledBack => $"rolled back to {Number(version.RolledBackVersion)}",
        var change => change.ToString().ToLowerInvariant(),
    };

    private static string Count(int count) => count == 0 ? "" : Number(count);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
