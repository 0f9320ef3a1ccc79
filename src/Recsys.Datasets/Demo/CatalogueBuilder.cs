using System.Globalization;

namespace Recsys.Datasets.Demo;

/// <summary>Builds the demo world's catalogue: games and films alone or in franchises, series with seasons and episodes.</summary>
internal sealed class CatalogueBuilder
{
    private const int Games = 110;
    private const int Films = 120;
    private const int SeriesCount = 32;
    private const int CrossMediaLinks = 6;
    private const double DefaultNewShare = 0.1;
    private const int SecondsADay = 86_400;

    private readonly DemoRandom _random;
    private readonly TitleGrammar _titles;
    private readonly DescriptionGrammar _descriptions;
    private readonly DateTimeOffset _start;
    private readonly int _days;
    private readonly double _newShare;
    private readonly List<DatasetItem> _items = [];
    private readonly List<DemoWork> _works = [];
    private readonly Dictionary<DatasetItemKind, int> _counts = [];

    /// <param name="seed">Seed.</param>
    /// <param name="start">When the world begins.</param>
    /// <param name="days">How long it runs.</param>
    /// <param name="newShare">Share of the titles that come out while it runs.</param>
    public CatalogueBuilder(ulong seed, DateTimeOffset start, int days, double newShare = DefaultNewShare)
    {
        _random = new DemoRandom(seed, 1);
        _titles = new TitleGrammar(_random);
        _descriptions = new DescriptionGrammar(_random);
        (_start, _days, _newShare) = (start, days, newShare);
    }

    public DemoCatalogue Build()
    {
        var filmEnds = AddFranchises(DatasetItemKind.Film, Films);
        var gameStarts = AddFranchises(DatasetItemKind.Game, Games);
        AddAllSeries();
        LinkMedia(filmEnds, gameStarts);
        return new DemoCatalogue(_items, _works);
    }

    // A third of the titles start a franchise of two or three. Returns the first and last entries of the franchises.
    private List<(DemoWork First, DemoWork Last)> AddFranchises(DatasetItemKind kind, int count)
    {
        var franchises = new List<(DemoWork, DemoWork)>();
        var ranks = Ranks(count);
        for (var made = 0; made < count;)
        {
            var genre = made % DemoWords.Genres.Count;
            var size = _random.Chance(0.33) ? Math.Min(_random.Next(2, 4), count - made) : 1;
            var first = AddWork(kind, genre, null, 1, ranks[made], size == 1 ? PublishSecond() : OldPublishSecond());
            var last = first;
            for (var i = 2; i <= size; i++)
            {
                var next = AddWork(kind, genre, first, i, ranks[made] + 2 * i, first.PublishSecond + (i - 1) * 150L * SecondsADay);
                last.Next = next;
                last = next;
            }

            if (size > 1)
                franchises.Add((first, last));
            made += size;
        }

        return franchises;
    }

    private DemoWork AddWork(DatasetItemKind kind, int genreIndex, DemoWork? first, int number, int rank, long published)
    {
        var genre = DemoWords.Genres[genreIndex];
        var mood = first?.Mood ?? Mood(genre);
        var style = _random.Pick(genre.GameStyles);
        var isGame = kind == DatasetItemKind.Game;
        var minutes = isGame ? _random.Next(30, 80) : _random.Next(82, 138);
        return Add(new DatasetItem
        {
            ItemId = NextId(kind),
            Kind = kind,
            Title = first is null ? _titles.Work(genre, kind) : _titles.Sequel(first.Item.Title, number, kind),
            Description = _descriptions.Of(genre, kind, DemoWords.Moods[mood], style),
            Genres = Genres(genre),
            Tags = isGame ? [style, DemoWords.Moods[mood], .. Themes(genre)] : [DemoWords.Moods[mood], .. Themes(genre)],
            Creators = first?.Item.Creators ?? (isGame ? [Studio(DemoWords.GameStudioLast)] : [Studio(DemoWords.FilmStudioLast), Person()]),
            MaturityAge = Maturity(genre),
            PublishTime = _start.AddSeconds(published),
            Duration = TimeSpan.FromMinutes(minutes),
            Price = Price(isGame, published),
        }, genreIndex, mood, 1.0 / (rank + 6), published);
    }

    private void AddAllSeries()
    {
        var ranks = Ranks(SeriesCount);
        for (var i = 0; i < SeriesCount; i++)
            AddSeries(i % DemoWords.Genres.Count, 1.0 / (ranks[i] + 4));
    }

    private void AddSeries(int genreIndex, double appeal)
    {
        var genre = DemoWords.Genres[genreIndex];
        var mood = Mood(genre);
        var seasons = _random.Next(1, 4);
        var minutes = _random.Chance(0.55) ? _random.Next(19, 27) : _random.Next(40, 54);
        var published = PublishSecond() - 300L * SecondsADay * (seasons - 1);
        var series = new DatasetItem
        {
            ItemId = NextId(DatasetItemKind.Series),
            Kind = DatasetItemKind.Series,
            Title = _titles.Work(genre, DatasetItemKind.Series),
            Description = _descriptions.Of(genre, DatasetItemKind.Series, DemoWords.Moods[mood], ""),
            Genres = Genres(genre),
            Tags = [DemoWords.Moods[mood], minutes < 30 ? "short episodes" : "long episodes", .. Themes(genre)],
            Creators = [Studio(DemoWords.FilmStudioLast), Person(), Person()],
            MaturityAge = Maturity(genre),
            PublishTime = _start.AddSeconds(published),
        };
        _items.Add(series);
        DemoWork? last = null;
        for (var season = 1; season <= seasons; season++)
            last = AddSeason(series, season, published + 300L * SecondsADay * (season - 1), minutes, genreIndex, mood, appeal, last);
    }

    private DemoWork? AddSeason(DatasetItem series, int number, long published, int minutes, int genreIndex, int mood, double appeal, DemoWork? last)
    {
        var season = series with
        {
            ItemId = Text($"{series.ItemId}-s{number}"),
            Kind = DatasetItemKind.Season,
            ParentId = series.ItemId,
            Ordinal = number,
            Title = Text($"{series.Title}, season {number}"),
            Description = Text($"Season {number} of {series.Title}."),
            PublishTime = _start.AddSeconds(published),
        };
        _items.Add(season);
        var episodes = _random.Next(5, 9);
        for (var i = 1; i <= episodes; i++)
        {
            var episode = Add(season with
            {
                ItemId = Text($"{season.ItemId}-e{i:00}"),
                Kind = DatasetItemKind.Episode,
                ParentId = season.ItemId,
                Ordinal = i,
                Title = _titles.Episode(DemoWords.Genres[genreIndex]),
                Description = _descriptions.OfEpisode(DemoWords.Genres[genreIndex]),
                Duration = TimeSpan.FromMinutes(minutes + _random.Next(-2, 3)),
            }, genreIndex, mood, appeal, published);
            last?.Next = episode;
            last = episode;
        }

        return last;
    }

    // Some film franchises go on as a game of the same genre.
    private static void LinkMedia(List<(DemoWork First, DemoWork Last)> films, List<(DemoWork First, DemoWork Last)> games)
    {
        var links = 0;
        foreach (var film in films)
        {
            var game = games.FindIndex(g => g.First.Genre == film.Last.Genre);
            if (game < 0 || links == CrossMediaLinks)
                continue;
            film.Last.Next = games[game].First;
            games.RemoveAt(game);
            links++;
        }
    }

    private DemoWork Add(DatasetItem item, int genre, int mood, double appeal, long published)
    {
        _items.Add(item);
        var work = new DemoWork
        {
            Item = item,
            Index = _works.Count,
            Genre = genre,
            Mood = mood,
            Appeal = appeal,
            PublishSecond = published,
            Seconds = (int)item.Duration!.Value.TotalSeconds,
        };
        _works.Add(work);
        return work;
    }

    // A share comes out while the world runs, the rest did up to eight years before.
    private long PublishSecond() => _random.Chance(_newShare)
        ? _random.Next(3, Math.Max(4, _days - 5)) * (long)SecondsADay + 18 * 3_600
        : OldPublishSecond();

    private long OldPublishSecond() => -_random.Next(400, 2_900) * (long)SecondsADay;

    // Nothing for the youngest is dark.
    private int Mood(DemoGenre genre)
    {
        var mood = _random.Next(0, DemoWords.Moods.Count);
        return genre.MaturityAge == 0 && DemoWords.Moods[mood] == "dark" ? 0 : mood;
    }

    private string NextId(DatasetItemKind kind)
    {
        var number = _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        return Text($"{kind.ToString().ToLowerInvariant()}-{number:000}");
    }

    private string[] Genres(DemoGenre genre) => _random.Chance(0.45) ? [genre.Name, _random.Pick(genre.Neighbours)] : [genre.Name];

    private string[] Themes(DemoGenre genre)
    {
        var start = _random.Next(0, genre.Themes.Length);
        return [genre.Themes[start], genre.Themes[(start + 1 + _random.Next(0, 2)) % genre.Themes.Length]];
    }

    private string Studio(IReadOnlyList<string> last) => $"{_random.Pick(DemoWords.StudioFirst)} {_random.Pick(last)}";

    private string Person() => $"{_random.Pick(DemoWords.FirstNames)} {_random.Pick(DemoWords.LastNames)}";

    private int Maturity(DemoGenre genre) => _random.Chance(0.25) && genre.MaturityAge > 0 ? Math.Min(18, genre.MaturityAge + 2) : genre.MaturityAge;

    private DatasetPrice? Price(bool isGame, long published)
    {
        if (!isGame)
            return published > -500L * SecondsADay ? new DatasetPrice("EUR", 3_990_000) : null;
        return _random.Chance(0.25) ? null : new DatasetPrice("EUR", _random.Next(1, 6) * 10_000_000L - 10_000);
    }

    private int[] Ranks(int count)
    {
        var ranks = Enumerable.Range(0, count).ToArray();
        _random.Shuffle(ranks);
        return ranks;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
