namespace Recsys.Datasets.Demo;

/// <summary>Lives one viewer's days: sessions, what is played next in them, and reactions.</summary>
/// <param name="catalogue">What there is.</param>
/// <param name="viewer">Who.</param>
/// <param name="days">How long.</param>
/// <param name="firstSession">Number of the viewer's first session.</param>
/// <param name="endSecond">Nothing is later.</param>
internal sealed class ViewerSimulation(DemoCatalogue catalogue, Viewer viewer, int days, int firstSession, long endSecond)
{
    private const int SecondsADay = 86_400;
    private const int SessionGap = 3_600;
    private const int LongestSession = 12;

    // Measured; sets how many sessions a number of plays takes.
    private const double PlaysPerSession = 3.45;
    private readonly DemoRandom _random = viewer.Random;
    private readonly PlayChoice _choice = new(catalogue, viewer);
    private readonly List<DemoAction> _actions = [];
    private long _now;
    private int _sessions;
    private int _week;

    /// <summary>Sessions so far.</summary>
    public int Sessions => _sessions;

    /// <summary>Lives the days. Sessions have the lengths they come to; only twice the plays asked for ends it early.</summary>
    public List<DemoAction> Run(int plays)
    {
        var left = 2 * plays;
        foreach (var start in SessionStarts(plays))
        {
            _now = Math.Max(_now + SessionGap, start);
            if (_now >= endSecond || left <= 0)
                break;
            DriftUpTo(_now);
            left -= RunSession(left);
            _sessions++;
        }

        return _actions;
    }

    // Late joiners, regular hours, and often the day after the last time.
    private List<long> SessionStarts(int plays)
    {
        var join = _random.Chance(0.6) ? 0 : _random.Next(1, days * 7 / 10);
        var starts = new List<long>();
        var day = 0;
        var count = Math.Max(1, (int)(plays / PlaysPerSession + _random.Next()));
        for (var i = 0; i < count; i++)
        {
            day = i > 0 && day < days && _random.Chance(0.4) ? day + 1 : _random.Next(join, days + 1);
            var hour = viewer.PeakHour + _random.Next(-2, 3) + (_random.Chance(0.2) ? _random.Next(-6, 3) : 0);
            starts.Add((long)day * SecondsADay + hour * 3_600L + _random.Next(0, 3_600));
        }

        starts.Sort();
        starts.RemoveAll(s => s < 0);
        return starts;
    }

    private void DriftUpTo(long second)
    {
        for (var week = (int)(second / (7 * SecondsADay)); _week < week; _week++)
        {
            if (_random.Chance(0.4))
                viewer.Drift();
        }
    }

    private int RunSession(int maxPlays)
    {
        _choice.StartSession();
        var plays = 0;
        while (plays < Math.Min(maxPlays, LongestSession))
        {
            MaybeSkip();
            if (_choice.Next(_now) is not { } next || !Play(next.Work, next.From))
                break;
            plays++;
            if (!_random.Chance(_choice.IsBinge ? 0.85 : 0.62))
                break;
            _now += _random.Next(20, 240);
        }

        return plays;
    }

    private bool Play(DemoWork work, int from)
    {
        var isFirst = !viewer.HasSeen(work);
        if (isFirst && work.Item.Price is not null && _random.Chance(0.5))
            React(work, DatasetEventType.Purchase, -5);
        var to = EndPosition(work, from);
        if (_now + to - from + 300 >= endSecond)
            return false;
        _actions.Add(new DemoAction(viewer.Index, firstSession + _sessions, work, DatasetEventType.Play, _now, from, to));
        _now += to - from;
        _choice.Played(work, to);
        MaybeReact(work, to / (double)work.Seconds);
        return true;
    }

    // Finished, left half watched, or given up at once: the better it fits the taste, the longer.
    private int EndPosition(DemoWork work, int from)
    {
        var match = Match(work);
        if (work.Kind == DatasetItemKind.Game)
            return (int)(work.Seconds * (_random.Chance(0.1 - 0.06 * match) ? _random.Between(0.03, 0.1) : _random.Between(0.3, 1.1 + 0.3 * match)));
        if (from > 0 || _random.Chance(0.66 + 0.22 * match))
            return work.Seconds - _random.Next(0, work.Seconds / 40);
        return (int)(work.Seconds * (_random.Chance(0.4) ? _random.Between(0.02, 0.1) : _random.Between(0.15, 0.8)));
    }

    private double Match(DemoWork work) => Math.Min(1, viewer.Taste(work.Genre) * 2 + (work.Mood == viewer.Mood ? 0.3 : 0));

    private void MaybeReact(DemoWork work, double played)
    {
        var match = Match(work);
        if (played < 0.1)
        {
            if (_random.Chance(0.15))
                React(work, DatasetEventType.Dislike, 3);
            return;
        }

        if (_random.Chance(0.04 + 0.14 * match * Math.Min(1, played)))
            React(work, DatasetEventType.Like, 10);
        else if (_random.Chance(0.02 * (1 - match)))
            React(work, DatasetEventType.Dislike, 10);
        if (_random.Chance(0.08))
            React(work, DatasetEventType.Rating, 20, Math.Clamp((int)(2.2 + 2 * match + played * 0.8 + _random.Between(-1, 1)), 1, 5));
        if (_random.Chance(0.012))
            React(work, DatasetEventType.Share, 30);
    }

    private void MaybeSkip()
    {
        if (_random.Chance(0.07) && _choice.Unwanted(_now) is { } work)
            React(work, DatasetEventType.Skip, 0);
    }

    private void React(DemoWork work, DatasetEventType type, int delay, int rating = 0)
    {
        if (_now + delay < endSecond && _now + delay >= 0)
            _actions.Add(new DemoAction(viewer.Index, firstSession + _sessions, work, type, _now + delay, Rating: rating));
    }
}
