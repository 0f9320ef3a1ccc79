namespace Recsys.Datasets.Demo;

/// <summary>Chooses what a viewer plays next: goes on with what's begun, follows up, or picks something new.</summary>
/// <param name="catalogue">What there is.</param>
/// <param name="viewer">Who.</param>
internal sealed class PlayChoice(DemoCatalogue catalogue, Viewer viewer)
{
    private const int MaxOpenSeries = 3;
    private const double SameGenre = 0.75;
    private readonly DemoRandom _random = viewer.Random;
    private DemoWork? _last;
    private bool _finished;
    private int _genre = -1;

    /// <summary>The last play was a finished episode with another one to come.</summary>
    public bool IsBinge => _finished && _last is { Kind: DatasetItemKind.Episode, Next: not null };

    public void StartSession()
    {
        _last = null;
        _finished = false;
        _genre = viewer.PickGenre();
    }

    /// <summary>The next work and the position to start from; null if there's nothing.</summary>
    public (DemoWork Work, int From)? Next(long now)
    {
        if (_last is null && Resume(now) is { } resumed)
            return resumed;
        if (FollowUp(now) is { } followUp)
            return (followUp, 0);
        if (!_random.Chance(SameGenre))
            _genre = viewer.PickGenre();
        return New(now) is { } picked ? (picked, 0) : null;
    }

    public void Played(DemoWork work, int to)
    {
        viewer.See(work);
        (_last, _genre, _finished) = (work, work.Genre, to >= work.Seconds * 9 / 10);
        if (work.Kind == DatasetItemKind.Game)
            viewer.CurrentGame = to >= work.Seconds / 10 ? work : viewer.CurrentGame == work ? null : viewer.CurrentGame;
        else if (work.Kind == DatasetItemKind.Episode)
            MoveSeries(work, to);
        else
            viewer.HalfWatched = _finished || to < work.Seconds / 10 ? (viewer.HalfWatched?.Film == work ? null : viewer.HalfWatched) : (work, to);
    }

    /// <summary>Something that others like and this viewer doesn't.</summary>
    public DemoWork? Unwanted(long now)
    {
        var genre = _random.Next(0, DemoWords.Genres.Count);
        if (viewer.Taste(genre) > 0.1)
            return null;
        var kind = _random.Chance(0.5) ? DatasetItemKind.Game : DatasetItemKind.Film;
        return PickFrom(catalogue.Entries(kind, genre), now, moodless: true);
    }

    // At the start of a session: a film left half watched, a begun series whose next episode is out, the game of these days.
    private (DemoWork, int)? Resume(long now)
    {
        if (viewer.HalfWatched is { } half && _random.Chance(0.5))
            return (half.Film, half.Position);
        var series = viewer.OpenSeries.FindAll(e => e.PublishSecond <= now);
        if (series.Count > 0 && _random.Chance(Math.Min(0.75, 0.35 * viewer.KindWeights[2])))
            return (series[_random.Chance(0.8) ? ^1 : 0], 0);
        return viewer.CurrentGame is { } game && _random.Chance(Math.Min(0.7, 0.4 * viewer.KindWeights[0])) ? (game, 0) : null;
    }

    private DemoWork? FollowUp(long now)
    {
        if (_last?.Next is not { } next || next.PublishSecond > now || next.Item.MaturityAge > viewer.MaxAge)
            return null;
        if (next.Kind == DatasetItemKind.Episode)
            return _finished && _random.Chance(0.86) ? next : null;
        return _last.Kind == DatasetItemKind.Game || _finished ? (!viewer.HasSeen(next) && _random.Chance(0.45) ? next : null) : null;
    }

    private DemoWork? New(long now)
    {
        // Films in the evening, short episodes and games by day; and the kind of the last play is likelier again.
        var hour = (int)(now % 86_400 / 3_600);
        double[] factors = hour >= 19 || hour < 2 ? [0.9, 1.8, 0.9] : hour < 12 ? [0.7, 0.3, 1.7] : [1.4, 0.6, 1];
        if (_last is not null)
            factors[_last.Kind switch { DatasetItemKind.Game => 0, DatasetItemKind.Film => 1, _ => 2 }] *= 1.5;
        var kind = viewer.PickKind(factors);
        return PickFrom(catalogue.Entries(kind, _genre), now, moodless: false)
            ?? PickFrom(catalogue.Entries(DatasetItemKind.Film, _genre), now, moodless: false);
    }

    private DemoWork? PickFrom(IReadOnlyList<DemoWork> works, long now, bool moodless)
    {
        Span<double> weights = works.Count <= 64 ? stackalloc double[works.Count] : new double[works.Count];
        for (var i = 0; i < works.Count; i++)
            weights[i] = Weight(works[i], now, moodless);
        var picked = _random.PickWeighted(weights);
        return picked < 0 ? null : works[picked];
    }

    private double Weight(DemoWork work, long now, bool moodless)
    {
        if (work.PublishSecond > now || work.Item.MaturityAge > viewer.MaxAge)
            return 0;
        var weight = work.Appeal;
        if (viewer.HasSeen(work))
            weight *= work.Kind == DatasetItemKind.Game ? 0.3 : 0.03;
        if (!moodless && work.Mood == viewer.Mood)
            weight *= 2.5;
        if (now - work.PublishSecond < 10 * 86_400)
            weight *= 3;
        if (work.Next is not null && work.Kind != DatasetItemKind.Episode)
            weight *= 1.4;
        return weight;
    }

    private void MoveSeries(DemoWork episode, int to)
    {
        viewer.OpenSeries.RemoveAll(e => e == episode || e == episode.Next);
        var next = to >= episode.Seconds * 9 / 10 ? episode.Next : to >= episode.Seconds / 10 ? episode : null;
        if (next is null)
            return;
        viewer.OpenSeries.Add(next);
        if (viewer.OpenSeries.Count > MaxOpenSeries)
            viewer.OpenSeries.RemoveAt(0);
    }
}
