using System.CommandLine;
using System.Globalization;
using Recsys.V1;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>`recsys shelves USER`: the lists of a screen.</summary>
internal sealed class ShelvesCommand : ClientCommand
{
    private static readonly Dictionary<string, ShelfKind> Kinds = new()
    {
        ["continue"] = ShelfKind.Continue,
        ["next-episode"] = ShelfKind.NextEpisode,
        ["because"] = ShelfKind.BecauseYouPlayed,
        ["recommended"] = ShelfKind.Recommended,
        ["new"] = ShelfKind.New,
        ["trending"] = ShelfKind.Trending,
        ["again"] = ShelfKind.Again,
    };

    private readonly Argument<string[]> _users = new("USER") { Description = "One user, several (a household), or none.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<int> _size = new("--page-size", "-k") { Description = "Items on each shelf, 1 to 100.", HelpName = "N", DefaultValueFactory = _ => 6 };
    private readonly Option<string> _country = new("--country") { Description = "ISO 3166-1 alpha-2.", HelpName = "CC" };
    private readonly Option<string> _locale = new("--locale") { Description = "BCP 47 tag for the titles.", HelpName = "TAG" };
    private readonly Option<string> _filter = new("--filter") { Description = "Only items that pass; see docs/filters.md.", HelpName = "FILTER" };
    private readonly Option<bool> _keepEmpty = new("--keep-empty") { Description = "Also print shelves without items." };

    private readonly Option<string[]> _shelves = new("--shelf")
    {
        Description = $"A shelf, in the order in which they take their items, as often as wanted: {string.Join(", ", Kinds.Keys)}. "
            + "Behind a colon its placement, e.g. again:music. Default: one of each.",
        HelpName = "KIND[:PLACEMENT]",
        DefaultValueFactory = _ => [.. Kinds.Keys],
    };

    /// <inheritdoc/>
    protected override Command Define()
    {
        var command = new ExampledCommand(
            "shelves",
            "Print the shelves of a screen for a user: what to go on with, what comes next, what is new.",
            """
            recsys shelves 196 --db films.db
            recsys shelves alice bob --shelf continue --shelf because --shelf because --page-size 10
            recsys shelves alice --shelf again:music --server http://127.0.0.1:7080 --json
            """);
        command.Add(_users);
        command.Add(_shelves);
        command.Add(_size);
        command.Add(_country);
        command.Add(_locale);
        command.Add(_filter);
        command.Add(_keepEmpty);
        _shelves.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !Kinds.ContainsKey(token.Value.Split(':')[0])))
            {
                result.AddError($"There is no shelf '{token.Value}'; there are {string.Join(", ", Kinds.Keys)}.");
            }
        });
        command.SetAction((words, token) => Run(words, (server, stop) => ShelvesAsync(words, server, stop), token));
        return command;
    }

    private async Task<int> ShelvesAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var request = new RecommendShelvesRequest
        {
            Namespace = server.Namespace,
            Filter = words.GetValue(_filter) ?? "",
            KeepEmpty = words.GetValue(_keepEmpty),
            Context = new RequestContext { Country = words.GetValue(_country) ?? "", Locale = words.GetValue(_locale) ?? "" },
        };
        request.UserIds.AddRange(words.GetValue(_users) ?? []);
        foreach (var shelf in words.GetValue(_shelves) ?? [])
        {
            var parts = shelf.Split(':', 2);
            request.Shelves.Add(new ShelfRequest { Kind = Kinds[parts[0]], Placement = parts.Length > 1 ? parts[1] : "", PageSize = words.GetValue(_size) });
        }

        var answer = await server.Lists.RecommendShelvesAsync(request, cancellationToken: cancellationToken);
        if (words.GetValue(Connection.Json))
        {
            PrintJson(answer);
            return Success;
        }

        if (answer.Shelves.Count == 0)
        {
            Console.WriteLine($"No shelf has an item: namespace '{server.Namespace}' has nothing that these shelves may hold. See recsys import --help.");
            return Success;
        }

        var titles = await ItemTitles.OfAsync(server, answer.Shelves.SelectMany(s => s.List.Items).SelectMany(i => i.Reasons).Select(r => r.BecauseItemId), cancellationToken);
        var terminal = Terminal();
        foreach (var shelf in answer.Shelves)
        {
            var named = string.Join(", ", shelf.TitleArgs.OrderBy(arg => arg.Key, StringComparer.Ordinal).Select(arg => $"{arg.Key} {arg.Value}"));
            terminal.WriteLine(named.Length > 0 ? $"{shelf.TitleKey} ({named})" : shelf.TitleKey);
            var table = new Table().Border(TableBorder.Simple).AddColumns("#", "item", "title", "why");
            foreach (var item in shelf.List.Items)
            {
                table.AddRow((item.Position + 1).ToString(CultureInfo.InvariantCulture), Markup.Escape(item.ItemId), Markup.Escape(item.Title), Markup.Escape(Why(item, titles)));
            }

            terminal.Write(table);
        }

        if (answer.Degraded)
        {
            terminal.WriteLine($"degraded: {answer.DegradedReason}");
        }

        return Success;
    }

    private static string Why(RecommendedItem item, Func<string, string> titleOf) => item.Reasons.FirstOrDefault() switch
    {
        { Kind: ReasonKind.Underway } => UnderwayText(item.Progress),
        { Kind: ReasonKind.NextEpisode } reason => $"follows {titleOf(reason.BecauseItemId)}",
        { Kind: ReasonKind.Again } reason => string.Create(CultureInfo.InvariantCulture, $"played {reason.PlayCount} times, last on {reason.Time.ToDateTime():yyyy-MM-dd}"),
        { Kind: ReasonKind.BecausePlayed } reason => string.Create(CultureInfo.InvariantCulture, $"like {titleOf(reason.BecauseItemId)} ({reason.Score:F2})"),
        { Kind: ReasonKind.New } reason => string.Create(CultureInfo.InvariantCulture, $"came out on {reason.Time.ToDateTime():yyyy-MM-dd}"),
        _ => RecommendCommand.Why(item, titleOf),
    };

    private static string UnderwayText(PlayedProgress progress)
    {
        var position = progress.Position is { } at ? string.Create(CultureInfo.InvariantCulture, $", goes on at {at.ToTimeSpan():h\\:mm\\:ss}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{progress.PlayedShare * 100:F0} % played{position}{(progress.Open ? ", still open" : "")}");
    }
}
