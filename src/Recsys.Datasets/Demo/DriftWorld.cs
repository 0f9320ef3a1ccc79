using System.Globalization;

namespace Recsys.Datasets.Demo;

/// <summary>
/// The demo world, lived day by day with lists that somebody else makes: users whose hidden tastes drift, a catalogue in which titles come out and fade, and answers to lists that depend on the
/// hidden taste alone. When somebody visits and whose taste drifts where doesn't depend on any list, so that two worlds of one seed differ only by what their users were shown.
/// <list type="bullet">
/// <item>History: the demo world's own simulation, without lists.</item>
/// <item>Tastes: each day a seventh of the users moves half of the taste for one genre, mostly to a neighbouring one (<see cref="DemoWorld"/> does so more slowly).</item>
/// <item>Titles: four in ten come out while the world runs, and are liked three times as much in their first ten days; half of the others fade to a fifth on some day of it.</item>
/// <item>A list is read from the top; each further place is reached with 90 %. What is seen first and liked enough is played; then another list is asked for with 60 %.</item>
/// <item>Who finds nothing goes looking with 30 %, and plays what the taste says.</item>
/// </list>
/// </summary>
public sealed class DriftWorld
{
    private const int SecondsADay = 86_400;
    private const double NewShare = 0.4;
    private const double DriftsADay = 1.0 / 7;
    private const double VisitsADay = 0.5;
    private const double FadingShare = 0.5;
    private const int PlaysPerUser = 15;
    private const int MaxListsAVisit = 6;

    private readonly DriftWorldOptions _options;
    private readonly DemoCatalogue _catalogue;
    private readonly List<Viewer> _viewers = [];
    private readonly DriftChoice _choice;
    private readonly Dictionary<string, DemoWork> _byId;
    private readonly long _startMs;
    private int _drifted;

    /// <summary>Makes a world and lives its history.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public DriftWorld(DriftWorldOptions options)
    {
        options.Validate();
        _options = options;
        _startMs = options.StartTime.ToUnixTimeMilliseconds();
        var days = options.HistoryDays + options.Days;
        _catalogue = new CatalogueBuilder(options.Seed, options.StartTime, days, NewShare).Build();
        _byId = _catalogue.Works.ToDictionary(work => work.Item.ItemId, StringComparer.Ordinal);
        _choice = new DriftChoice(_catalogue, FadeSeconds(days));
        var (actions, sessions) = (new List<DemoAction>(), 0);
        for (var i = 0; i < options.Users; i++)
        {
            var viewer = new Viewer(i, new DemoRandom(options.Seed, 1_000 + (ulong)i));
            var simulation = new ViewerSimulation(_catalogue, viewer, options.HistoryDays, sessions, (long)options.HistoryDays * SecondsADay);
            actions.AddRange(simulation.Run(PlaysPerUser));
            sessions += simulation.Sessions;
            _viewers.Add(viewer);
        }

        History = new EventWriter(_startMs, options.Seed).Write(actions, sessions, maxEvents: Math.Max(1, actions.Count));
    }

    /// <summary>The events before the first visit, in time order.</summary>
    public IReadOnlyList<DatasetEvent> History { get; }

    /// <summary>When a day of visits begins, from day 0.</summary>
    public DateTimeOffset StartOf(int day) => _options.StartTime.AddDays(_options.HistoryDays + day);

    /// <summary>What is in the catalogue from a day on and wasn't before; on day 0 everything that has come out until then.</summary>
    public IEnumerable<DatasetItem> NewItems(int day) => _catalogue.Items.Where(item => DayOf(item) == day || (day == 0 && DayOf(item) < 0));

    /// <summary>The visits of a day in time order; to be asked for day by day, since tastes drift before it.</summary>
    public IReadOnlyList<DriftVisit> Visits(int day)
    {
        for (; _drifted <= day; _drifted++)
        {
            foreach (var viewer in _viewers)
            {
                if (viewer.Random.Chance(DriftsADay)) viewer.Drift();
            }
        }

        var random = new DemoRandom(_options.Seed, 500_000 + (ulong)day);
        var dayMs = StartOf(day).ToUnixTimeMilliseconds();
        var visits = new List<(Viewer Viewer, long TimeMs)>();
        foreach (var viewer in _viewers)
        {
            var hour = Math.Clamp(viewer.PeakHour + random.Next(-3, 3), 0, 22);
            var second = (hour * 3_600) + random.Next(0, 3_600);
            if (random.Chance(VisitsADay)) visits.Add((viewer, dayMs + (second * 1_000L)));
        }

        return [.. visits.OrderBy(visit => visit.TimeMs).ThenBy(visit => visit.Viewer.Index).Select((visit, i) => new DriftVisit(
            (day * _options.Users) + i, visit.Viewer.Index, EventWriter.UserId(visit.Viewer.Index), visit.TimeMs))];
    }

    /// <summary>What the user does with a list. Changes what the user has seen and begun, and nothing else.</summary>
    /// <param name="visit">The visit.</param>
    /// <param name="round">Which list of the visit, from 0.</param>
    /// <param name="nowMs">When the list is there, Unix ms.</param>
    /// <param name="itemIds">What it shows, from the top.</param>
    public DriftAnswer Answer(DriftVisit visit, int round, long nowMs, IReadOnlyList<string> itemIds)
    {
        var random = new DemoRandom(_options.Seed, 1_000_000 + ((ulong)visit.Number * MaxListsAVisit) + (ulong)round);
        var (viewer, now) = (_viewers[visit.Viewer], (nowMs - _startMs) / 1_000);
        var (picked, rested) = _choice.FromList(viewer, random, now, itemIds.Select(id => _byId.GetValueOrDefault(id)));
        var found = picked ?? (random.Chance(0.3) ? _choice.FromSearch(viewer, random, now) : null);
        var seen = rested / DriftChoice.SecondsAPlace;
        if (found is null) return new DriftAnswer([], false, false, nowMs + (rested * 1_000L)) { Seen = seen };
        var seconds = DriftChoice.PlayedSeconds(viewer, random, found);
        var endMs = nowMs + ((rested + seconds) * 1_000L);
        var e = new DatasetEvent
        {
            EventId = string.Create(CultureInfo.InvariantCulture, $"drift{_options.Seed}-{visit.Number}-{round}"),
            UserId = visit.UserId,
            ItemId = found.Item.ItemId,
            Type = DatasetEventType.Play,
            TimeMs = endMs,
            SessionId = string.Create(CultureInfo.InvariantCulture, $"visit-{visit.Number}"),
            Position = TimeSpan.FromSeconds(seconds),
            Duration = found.Item.Duration,
        };
        DriftChoice.Played(viewer, found, seconds);
        return new DriftAnswer([e], picked is not null, round + 1 < MaxListsAVisit && random.Chance(0.6), endMs) { Seen = seen };
    }

    private int DayOf(DatasetItem item) => _byId.TryGetValue(item.ItemId, out var work) ? (int)Math.Floor((work.PublishSecond / (double)SecondsADay) - _options.HistoryDays) : -1;

    /// <summary>When each work fades; those that don't have the largest number.</summary>
    private long[] FadeSeconds(int days)
    {
        var random = new DemoRandom(_options.Seed, 4);
        return [.. _catalogue.Works.Select(work => random.Chance(FadingShare) && work.PublishSecond < 0 ? random.Next(0, days) * (long)SecondsADay : long.MaxValue)];
    }
}
