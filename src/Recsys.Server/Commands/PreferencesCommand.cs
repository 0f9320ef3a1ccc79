using System.CommandLine;
using Google.Protobuf;
using Recsys.V1;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>`recsys preferences list|more|less|not|retract|picks|reset`.</summary>
internal sealed class PreferencesCommand : ClientCommand
{
    private readonly Argument<string> _user = new("USER") { Description = "Whose." };
    private readonly Argument<string[]> _items = new("ITEM") { Description = "Items, by their ids.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string[]> _creators = Labels("--creator", "Creators.");
    private readonly Option<string[]> _tags = Labels("--tag", "Tags.");
    private readonly Option<string[]> _genres = Labels("--genre", "Genres.");

    /// <inheritdoc/>
    protected override Command Define()
    {
        var command = new ExampledCommand(
            "preferences",
            "What a user wants more of, less of and not at all, and what the user picked on arrival. The next list follows it.",
            """
            recsys preferences more ana film-7 --db films.db
            recsys preferences less ana film-9 --genre horror --db films.db
            recsys preferences not ana --creator "A. Author" --server http://127.0.0.1:7080
            recsys preferences list ana --db films.db --json
            recsys preferences retract ana film-7 --genre horror --db films.db
            recsys preferences picks ben film-3 film-5 --genre comedy --db films.db
            recsys preferences reset ana --db films.db
            """);
        command.Add(OfUser("list", "List what the user wants, newest word first, and picked.", ListAsync, takesSubjects: false));
        command.Add(OfUser("more", "More like these.", (words, server, stop) => SetAsync(PreferenceKind.More, words, server, stop)));
        command.Add(OfUser("less", "Less like these; the items themselves drop out.", (words, server, stop) => SetAsync(PreferenceKind.Less, words, server, stop)));
        command.Add(OfUser("not", "Not these, and nothing of these creators or with these tags or genres.", (words, server, stop) => SetAsync(PreferenceKind.Not, words, server, stop)));
        command.Add(OfUser("retract", "Take back what was said of these.", RetractAsync));
        var picks = OfUser("picks", "Replace what the user picked on arrival; without any, take it back.", PicksAsync, takesSubjects: false);
        picks.Add(_items);
        picks.Add(_tags);
        picks.Add(_genres);
        command.Add(picks);
        command.Add(OfUser("reset", "Make lists those of a new user: preferences, picks and all that was done until now count no more.", ResetAsync, takesSubjects: false));
        return command;
    }

    private static Option<string[]> Labels(string name, string description) => new(name)
    {
        Description = $"{description} May be repeated.",
        HelpName = "NAME",
        DefaultValueFactory = _ => [],
    };

    private Command OfUser(string name, string description, Func<ParseResult, ServerConnection, CancellationToken, Task<int>> work, bool takesSubjects = true)
    {
        var part = Part(name, description, work);
        part.Add(_user);
        if (!takesSubjects) return part;
        part.Add(_items);
        part.Add(_creators);
        part.Add(_tags);
        part.Add(_genres);
        return part;
    }

    private async Task<int> ListAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var request = new ListPreferencesRequest { Namespace = server.Namespace, UserId = words.GetRequiredValue(_user) };
        var answer = await server.Preferences.ListPreferencesAsync(request, cancellationToken: cancellationToken);
        if (words.GetValue(Connection.Json))
        {
            PrintJson(answer);
            return Success;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("said", "what", "of", "when");
        foreach (var preference in answer.Preferences)
        {
            table.AddRow(preference.Kind.ToString().ToLowerInvariant(), Markup.Escape(NameOf(preference.Subject)), KindOf(preference.Subject), $"{preference.SetTime.ToDateTime():u}");
        }

        foreach (var (kind, names) in new[] { ("item", answer.OnboardingPicks?.ItemIds), ("genre", answer.OnboardingPicks?.Genres), ("tag", answer.OnboardingPicks?.Tags) })
        {
            foreach (var name in names ?? [])
            {
                table.AddRow("picked", Markup.Escape(name), kind, $"{answer.OnboardingPicks!.SetTime.ToDateTime():u}");
            }
        }

        if (table.Rows.Count > 0)
        {
            Terminal().Write(table);
        }
        else
        {
            Console.WriteLine($"{request.UserId} has said nothing.");
        }

        return Success;
    }

    private async Task<int> SetAsync(PreferenceKind kind, ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var request = new SetPreferencesRequest { Namespace = server.Namespace, UserId = words.GetRequiredValue(_user) };
        request.Preferences.AddRange(Subjects(words).Select(subject => new Preference { Kind = kind, Subject = subject }));
        var answer = await server.Preferences.SetPreferencesAsync(request, cancellationToken: cancellationToken);
        return Say(words, answer, $"{request.UserId} has {answer.PreferenceCount} preferences now.");
    }

    private async Task<int> RetractAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var request = new RetractPreferencesRequest { Namespace = server.Namespace, UserId = words.GetRequiredValue(_user) };
        request.Subjects.AddRange(Subjects(words));
        var answer = await server.Preferences.RetractPreferencesAsync(request, cancellationToken: cancellationToken);
        return Say(words, answer, $"{answer.RetractedCount} of {request.Subjects.Count} taken back.");
    }

    private async Task<int> PicksAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var picks = new OnboardingPicks { ItemIds = { words.GetValue(_items) }, Genres = { words.GetValue(_genres) }, Tags = { words.GetValue(_tags) } };
        var request = new SetOnboardingPicksRequest { Namespace = server.Namespace, UserId = words.GetRequiredValue(_user), OnboardingPicks = picks };
        var answer = await server.Preferences.SetOnboardingPicksAsync(request, cancellationToken: cancellationToken);
        var count = picks.ItemIds.Count + picks.Genres.Count + picks.Tags.Count;
        return Say(words, answer, count == 0 ? $"{request.UserId} has picked nothing now." : $"{request.UserId} has {count} picks now.");
    }

    private async Task<int> ResetAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var request = new ResetUserRequest { Namespace = server.Namespace, UserId = words.GetRequiredValue(_user) };
        var answer = await server.Preferences.ResetUserAsync(request, cancellationToken: cancellationToken);
        return Say(words, answer, $"{request.UserId} is a new user to the lists now.");
    }

    private List<PreferenceSubject> Subjects(ParseResult words)
    {
        List<PreferenceSubject> subjects =
        [
            .. words.GetValue(_items)!.Select(item => new PreferenceSubject { ItemId = item }),
            .. words.GetValue(_creators)!.Select(creator => new PreferenceSubject { Creator = creator }),
            .. words.GetValue(_tags)!.Select(tag => new PreferenceSubject { Tag = tag }),
            .. words.GetValue(_genres)!.Select(genre => new PreferenceSubject { Genre = genre }),
        ];
        return subjects.Count > 0 ? subjects : throw new ArgumentException("Say of what: items, --creator, --tag or --genre.");
    }

    private int Say(ParseResult words, IMessage message, string text)
    {
        if (words.GetValue(Connection.Json))
        {
            PrintJson(message);
        }
        else
        {
            Console.WriteLine(text);
        }

        return Success;
    }

    private static string KindOf(PreferenceSubject subject) => subject.SubjectCase == PreferenceSubject.SubjectOneofCase.ItemId ? "item" : subject.SubjectCase.ToString().ToLowerInvariant();

    private static string NameOf(PreferenceSubject subject) => subject.SubjectCase switch
    {
        PreferenceSubject.SubjectOneofCase.Creator => subject.Creator,
        PreferenceSubject.SubjectOneofCase.Tag => subject.Tag,
        PreferenceSubject.SubjectOneofCase.Genre => subject.Genre,
        _ => subject.ItemId,
    };
}
