using System.Globalization;

namespace Recsys.Datasets.Demo;

/// <summary>Collects a story's steps, moving its clock.</summary>
/// <param name="userId">Who.</param>
/// <param name="name">First name, starts each narration.</param>
/// <param name="startMs">When the story starts, in Unix milliseconds.</param>
/// <param name="seed">Part of the event ids.</param>
internal sealed class StoryLine(string userId, string name, long startMs, ulong seed)
{
    private readonly List<DemoStep> _steps = [];
    private long _nowMs = startMs;
    private int _events;

    public void Start(DemoWork work, string what) => Add(what, Event(work, DatasetEventType.PlayStart, TimeSpan.Zero));

    /// <summary>Heart-beats where the play is longer than a silent play may be, then the stop.</summary>
    public void Stop(DemoWork work, TimeSpan position, string what) => Add(what, [.. Running(work, position)]);

    public void Watch(DemoWork work, string what) =>
        Add(what, [Event(work, DatasetEventType.PlayStart, TimeSpan.Zero), .. Running(work, work.Item.Duration!.Value)]);

    public void React(DemoWork work, DatasetEventType type, string what, double? rating = null)
    {
        _nowMs += 5_000;
        var price = type == DatasetEventType.Purchase ? work.Item.Price : null;
        Add(what, Event(work, type, null) with { Rating = rating, RatingMax = rating is null ? null : 5, Price = price });
    }

    public DemoStory End(bool isNew, string introduction, int maxMaturityAge) => new(userId, name, isNew, introduction, maxMaturityAge, _steps);

    private IEnumerable<DatasetEvent> Running(DemoWork work, TimeSpan position)
    {
        var beat = TimeSpan.FromSeconds(DemoAction.BeatSeconds);
        var at = beat;
        for (; at < position; at += beat)
        {
            _nowMs += (long)beat.TotalMilliseconds;
            yield return Event(work, DatasetEventType.PlayProgress, at);
        }

        _nowMs += (long)(position - (at - beat)).TotalMilliseconds;
        yield return Event(work, DatasetEventType.PlayStop, position);
    }

    private void Add(string what, params DatasetEvent[] events)
    {
        _steps.Add(new DemoStep($"{name} {what}", events));
        _nowMs += 20_000;
    }

    private DatasetEvent Event(DemoWork work, DatasetEventType type, TimeSpan? position) => new()
    {
        EventId = string.Create(CultureInfo.InvariantCulture, $"live{seed}-{userId}-{++_events}-{_nowMs}"),
        UserId = userId,
        ItemId = work.Item.ItemId,
        Type = type,
        TimeMs = _nowMs,
        SessionId = $"live-{userId}",
        Position = position,
        Duration = position is null ? null : work.Item.Duration,
    };
}
