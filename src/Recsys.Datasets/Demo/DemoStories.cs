using System.Globalization;

namespace Recsys.Datasets.Demo;

/// <summary>Casts the stories of the demo from the generated catalogue.</summary>
/// <param name="catalogue">What there is.</param>
/// <param name="endMs">The world's end, in Unix milliseconds.</param>
/// <param name="seed">Part of the event ids.</param>
internal sealed class DemoStories(DemoCatalogue catalogue, long endMs, ulong seed)
{
    private const int LiveSeconds = 3 * 3_600;
    private const int MinHistory = 8;

    public IReadOnlyList<DemoStory> Write(IReadOnlyList<Viewer> viewers, IReadOnlyList<DemoAction> actions, long endSecond)
    {
        var stories = new List<DemoStory> { Ava(), Noah(), Leo() };
        if (Returning(viewers, actions, endSecond) is { } mila)
            stories.Add(mila);
        return stories;
    }

    private DemoStory Ava()
    {
        var game = Favourite(DatasetItemKind.Game, "science fiction", "strategy");
        var second = Favourite(DatasetItemKind.Game, "science fiction", "strategy", game);
        var film = Favourite(DatasetItemKind.Film, "horror");
        var story = new StoryLine("live-ava", "Ava", endMs - LiveSeconds * 1_000L, seed);
        story.Start(game, $"starts {Named(game)}");
        story.Stop(game, TimeSpan.FromMinutes(40), "stops after 40 minutes");
        story.React(game, DatasetEventType.Like, $"likes {Named(game)}");
        story.Start(film, $"tries {Named(film)}");
        story.Stop(film, TimeSpan.FromMinutes(6), "gives it up after 6 minutes");
        story.React(film, DatasetEventType.Dislike, $"dislikes {Named(film)}");
        story.React(second, DatasetEventType.Purchase, $"buys {Named(second)}");
        return story.End(isNew: true, "Ava is new here and loves games in space.", 21);
    }

    private DemoStory Noah()
    {
        var first = Favourite(DatasetItemKind.Episode, "mystery");
        var story = new StoryLine("live-noah", "Noah", endMs - LiveSeconds * 1_000L, seed);
        var episode = first;
        for (var i = 0; i < 3 && episode is not null; i++, episode = episode.Next)
            story.Watch(episode, i == 0 ? $"watches {Named(episode)}, the first episode of its series" : $"goes on with {Named(episode)}");
        story.React(first, DatasetEventType.Rating, "rates the first episode 5 of 5", 5);
        return story.End(isNew: true, "Noah is new here and has a whole evening for a mystery series.", 21);
    }

    private DemoStory Leo()
    {
        var film = Favourite(DatasetItemKind.Film, "family");
        var nature = Favourite(DatasetItemKind.Film, "nature");
        var story = new StoryLine("live-leo", "Leo", endMs - LiveSeconds * 1_000L, seed);
        story.Start(film, $"starts {Named(film)}");
        story.Stop(film, TimeSpan.FromMinutes(52), "stops after 52 minutes: bedtime");
        story.React(film, DatasetEventType.Like, $"likes {Named(film)}");
        story.React(nature, DatasetEventType.Skip, $"skips {Named(nature)}");
        return story.End(isNew: true, "Leo is six: a profile with a maturity ceiling.", 6);
    }

    // Someone of the world who's in the middle of a series and was away for the last hours.
    private DemoStory? Returning(IReadOnlyList<Viewer> viewers, IReadOnlyList<DemoAction> actions, long endSecond)
    {
        var last = actions.GroupBy(a => a.Viewer).ToDictionary(g => g.Key, g => (End: g.Max(a => a.EndSecond), Count: g.Count()));
        var latest = endSecond - LiveSeconds - 3_600;
        var found = viewers
            .Where(v => v.MaxAge > 18 && v.OpenSeries.Count > 0 && v.OpenSeries[^1] is { Next: { } next } && next.PublishSecond < latest
                && last.TryGetValue(v.Index, out var l) && l.End < latest && l.Count >= MinHistory)
            .MaxBy(v => last[v.Index].End);
        if (found is null)
            return null;
        var episode = found.OpenSeries[^1];
        var film = Favourite(DatasetItemKind.Film, "comedy");
        var story = new StoryLine(EventWriter.UserId(found.Index), "Mila", endMs - LiveSeconds * 1_000L, seed);
        story.Watch(episode, $"comes back and watches {Named(episode)}, where the series was left");
        story.Watch(episode.Next!, $"goes on with {Named(episode.Next!)}");
        story.Start(film, $"changes the mood: starts {Named(film)}");
        story.Stop(film, film.Item.Duration!.Value / 3, "leaves it a third watched");
        var count = last[found.Index].Count.ToString(CultureInfo.InvariantCulture);
        return story.End(isNew: false, $"Mila is a regular with {count} plays and reactions in the log.", 21);
    }

    // The most played of the genre, of those with the tag if there are any. A world of few works may have none of a genre:
    // then one of any genre that's no less suitable for children.
    private DemoWork Favourite(DatasetItemKind kind, string genre, string tag = "", DemoWork? except = null)
    {
        var wanted = Viewer.IndexOf(genre);
        var others = Enumerable.Range(0, DemoWords.Genres.Count).Where(g => DemoWords.Genres[g].MaturityAge <= DemoWords.Genres[wanted].MaturityAge);
        return BestOf([wanted]) ?? BestOf(others) ?? throw new InvalidOperationException($"The world has no {kind} for the genre {genre} or milder ones.");

        DemoWork? BestOf(IEnumerable<int> genres) => genres
            .SelectMany(g => catalogue.Entries(kind, g))
            .Where(w => w != except && w.PublishSecond < 0)
            .MaxBy(w => w.Appeal + (w.Item.Tags.Contains(tag) ? 1 : 0));
    }

    // A game's first tag is its style.
    private static string Named(DemoWork work)
    {
        var style = work.Kind == DatasetItemKind.Game ? work.Item.Tags[0] + " " : "";
        return $"'{work.Item.Title}' ({work.Item.Genres[0]} {style}{work.Kind.ToString().ToLowerInvariant()})";
    }
}
