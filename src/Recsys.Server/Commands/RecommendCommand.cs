using System.CommandLine;
using System.Globalization;
using Recsys.V1;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>`recsys recommend USER`: one list.</summary>
internal sealed class RecommendCommand : ClientCommand
{
    private readonly Argument<string[]> _users = new("USER") { Description = "One user, several (a household), or none.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<int> _size = new("--page-size", "-k") { Description = "1 to 500.", HelpName = "N", DefaultValueFactory = _ => 20 };
    private readonly Option<bool> _keepSeen = new("--keep-seen") { Description = "Let items compete that the user has already interacted with." };
    private readonly Option<string> _country = new("--country") { Description = "ISO 3166-1 alpha-2.", HelpName = "CC" };
    private readonly Option<string> _filter = new("--filter") { Description = "Only items that pass, e.g. \"genres = 'drama' AND duration <= 20m\"; see docs/filters.md.", HelpName = "FILTER" };
    private readonly Option<string> _locale = new("--locale") { Description = "BCP 47 tag for the titles.", HelpName = "TAG" };

    private readonly Option<bool> _explain = new("--explain")
    {
        Description = "Also print what every source says of each item: its score, the item's place among what it proposed, and what it adds to the ranking.",
    };

    /// <inheritdoc/>
    protected override Command Define()
    {
        var command = new ExampledCommand(
            "recommend",
            "Print a ranked list for a user, with the reason of each item.",
            """
            recsys recommend 196 --db films.db
            recsys recommend alice bob --page-size 10 --country BR
            recsys recommend 196 --db films.db --explain
            recsys recommend alice --filter "genres IN ('drama', 'war') AND age < 30d AND NOT tags = 'gore'"
            recsys recommend alice --server http://127.0.0.1:7080 --json
            """);
        command.Add(_users);
        command.Add(_size);
        command.Add(_keepSeen);
        command.Add(_country);
        command.Add(_locale);
        command.Add(_explain);
        command.Add(_filter);
        command.SetAction((words, token) => Run(words, (server, stop) => RecommendAsync(words, server, stop), token));
        return command;
    }

    /// <summary>Why an item is in a list, in a few words.</summary>
    public static string Why(RecommendedItem item, Func<string, string> titleOf)
    {
        if (item.Reasons.Count == 0)
        {
            return "";
        }

        var reason = item.Reasons[0];
        return reason.Source switch
        {
            CandidateSource.Trending => "trending now",
            CandidateSource.Popular => "popular",
            CandidateSource.Unspecified or CandidateSource.Fresh => "new",
            _ when reason.BecauseItemId.Length > 0 => $"{Kind(reason.Source)}; closest to {titleOf(reason.BecauseItemId)} ({reason.Similarity:F2})",
            _ => Kind(reason.Source),
        };
    }

    private static string Kind(CandidateSource source) => source switch
    {
        CandidateSource.Session => "comes next",
        CandidateSource.Taste => "the user's taste",
        CandidateSource.Linear => "goes with what was played",
        CandidateSource.Similar => "like the latest",
        _ => "watched after the latest",
    };

    /// <summary>What every source says, "session -3.10 #2 +0.45" each.</summary>
    private static string Sources(RecommendedItem item) => string.Join(", ", item.SourceScores.Select(score => string.Create(
        CultureInfo.InvariantCulture, $"{NameOf(score.Source)} {score.Score:F2}{(score.Place > 0 ? $" #{score.Place}" : "")} {score.Worth:+0.00;-0.00;0}")));

    private static string NameOf(CandidateSource source) => source switch
    {
        CandidateSource.CoWatched => "co-watched",
        _ => source.ToString().ToLowerInvariant(),
    };

    private async Task<int> RecommendAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var request = new RecommendRequest
        {
            Namespace = server.Namespace,
            PageSize = words.GetValue(_size),
            Explain = words.GetValue(_explain),
            Filter = words.GetValue(_filter) ?? "",
            SeenPolicy = words.GetValue(_keepSeen) ? SeenPolicy.Allow : SeenPolicy.Exclude,
            Context = new RequestContext { Country = words.GetValue(_country) ?? "", Locale = words.GetValue(_locale) ?? "" },
        };
        request.UserIds.AddRange(words.GetValue(_users) ?? []);
        var list = (await server.Lists.RecommendAsync(request, cancellationToken: cancellationToken)).List;
        if (words.GetValue(Connection.Json))
        {
            PrintJson(list);
            return Success;
        }

        if (list.Items.Count == 0)
        {
            var passing = request.Filter.Length == 0 ? "" : " and that pass the filter";
            Console.WriteLine($"Nothing to recommend: namespace '{server.Namespace}' has no items that this user hasn't met{passing}. See recsys import --help.");
            return Success;
        }

        var titles = await ItemTitles.OfAsync(server, list.Items.SelectMany(i => i.Reasons).Select(r => r.BecauseItemId), cancellationToken);
        var terminal = Terminal();
        var explains = words.GetValue(_explain);
        var table = new Table().Border(TableBorder.Simple).AddColumns("#", "item", "title", "score", explains ? "what each source says: score, #place, what it adds" : "why");
        foreach (var item in list.Items)
        {
            table.AddRow(
                (item.Position + 1).ToString(CultureInfo.InvariantCulture), Markup.Escape(item.ItemId), Markup.Escape(item.Title),
                item.Score.ToString("F3", CultureInfo.InvariantCulture), Markup.Escape(explains ? Sources(item) : Why(item, titles)));
        }

        terminal.Write(table);
        var model = list.ModelVersion.Length > 0 ? list.ModelVersion : "no live model";
        terminal.WriteLine($"{(list.Personalized ? "personal" : "not personal")}, {model}{(list.Degraded ? $", degraded: {list.DegradedReason}" : "")}");
        return Success;
    }
}
