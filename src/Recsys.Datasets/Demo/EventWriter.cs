using System.Globalization;

namespace Recsys.Datasets.Demo;

/// <summary>Writes actions as events: a session reports its plays as they run (start, heart-beats, stop) or, from devices that were offline, as whole
/// plays.</summary>
/// <param name="startMs">The world's start, in Unix milliseconds.</param>
/// <param name="seed">Part of the event ids, so that another world's events are no duplicates of this one's.</param>
internal sealed class EventWriter(long startMs, ulong seed)
{
    private const double LiveShare = 0.55;

    public static string UserId(int viewer) => string.Create(CultureInfo.InvariantCulture, $"user-{viewer + 1:00000}");

    /// <summary>All events in time order. Fewer sessions are reported as they run where there'd be more than <paramref name="maxEvents"/>.</summary>
    public List<DatasetEvent> Write(IReadOnlyList<DemoAction> actions, int sessionCount, int maxEvents)
    {
        var live = ChooseLiveSessions(actions, sessionCount, maxEvents);
        var events = new List<(long Ms, int Viewer, DatasetEvent Event)>();
        var (viewer, number) = (-1, 0);
        foreach (var action in actions)
        {
            if (action.Viewer != viewer)
                (viewer, number) = (action.Viewer, 0);
            foreach (var one in live[action.Session] ? Running(action, number) : [Single(action, number)])
            {
                events.Add((one.TimeMs, viewer, one));
                number++;
            }
        }

        // LINQ's sort is stable: equal times of one viewer keep their order. Only a very unlikely world has more than maxEvents even so; it loses its oldest.
        return [.. events.OrderBy(e => e.Ms).ThenBy(e => e.Viewer).Select(e => e.Event).TakeLast(maxEvents)];
    }

    private bool[] ChooseLiveSessions(IReadOnlyList<DemoAction> actions, int sessionCount, int maxEvents)
    {
        var extra = new int[sessionCount];
        foreach (var action in actions)
            extra[action.Session] += action.ExtraEvents;
        var order = Enumerable.Range(0, sessionCount).ToArray();
        new DemoRandom(seed, 2).Shuffle(order);
        var live = new bool[sessionCount];
        var left = maxEvents - actions.Count;
        foreach (var session in order.Take((int)(sessionCount * LiveShare)))
        {
            live[session] = extra[session] <= left;
            left -= live[session] ? extra[session] : 0;
        }

        return live;
    }

    private IEnumerable<DatasetEvent> Running(DemoAction action, int number)
    {
        if (action.Type != DatasetEventType.Play)
        {
            yield return Single(action, number);
            yield break;
        }

        yield return Event(action, number++, DatasetEventType.PlayStart, action.Second, action.From);
        for (var i = 1; i <= action.Beats; i++)
        {
            var played = i * DemoAction.BeatSeconds;
            yield return Event(action, number++, DatasetEventType.PlayProgress, action.Second + played, action.From + played);
        }

        yield return Event(action, number, DatasetEventType.PlayStop, action.EndSecond, action.To);
    }

    private DatasetEvent Single(DemoAction action, int number) => action.Type == DatasetEventType.Play
        ? Event(action, number, DatasetEventType.Play, action.EndSecond, action.To)
        : Event(action, number, action.Type, action.Second, null);

    private DatasetEvent Event(DemoAction action, int number, DatasetEventType type, long second, int? position) => new()
    {
        EventId = string.Create(CultureInfo.InvariantCulture, $"demo{seed}-{action.Viewer + 1}-{number + 1}"),
        UserId = UserId(action.Viewer),
        ItemId = action.Work.Item.ItemId,
        Type = type,
        TimeMs = startMs + second * 1_000,
        SessionId = string.Create(CultureInfo.InvariantCulture, $"session-{action.Session + 1}"),
        Position = position is { } p ? TimeSpan.FromSeconds(p) : null,
        Duration = position is null ? null : action.Work.Item.Duration,
        Rating = type == DatasetEventType.Rating ? action.Rating : null,
        RatingMax = type == DatasetEventType.Rating ? 5 : null,
        Price = type == DatasetEventType.Purchase ? action.Work.Item.Price : null,
    };
}
