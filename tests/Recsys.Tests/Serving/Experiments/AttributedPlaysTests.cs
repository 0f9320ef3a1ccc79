using Recsys.Serving.Events;
using Recsys.Serving.Experiments;
using Recsys.Serving.Sessions;

namespace Recsys.Tests.Serving.Experiments;

public sealed class AttributedPlaysTests
{
    private const ulong Shown = 11;
    private const ulong Other = 12;
    private const long Second = 1_000;
    private const long Minute = 60 * Second;

    [Fact]
    public void Play_from_start_to_stop_is_one_with_the_farthest_position()
    {
        var plays = Of(Event(WatchEventType.PlayStart, 0, 0), Event(WatchEventType.PlayProgress, Minute, 60), Event(WatchEventType.PlayStop, 2 * Minute, 45));
        Assert.Equal((1, 60.0), (plays.Count, plays.Seconds));
    }

    [Fact]
    public void Play_whose_start_alone_names_the_list_belongs_to_it_as_a_whole()
    {
        var plays = Of(Event(WatchEventType.PlayStart, 0, 0), Event(WatchEventType.PlayProgress, Minute, 60, list: 0), Event(WatchEventType.PlayStop, 2 * Minute, 90, list: Other));
        Assert.Equal((1, 90.0), (plays.Count, plays.Seconds));
    }

    [Fact]
    public void Item_played_twice_from_a_list_is_one_play_whose_seconds_add_up()
    {
        var plays = Of(Event(WatchEventType.Play, 0, 30), Event(WatchEventType.Play, Minute, 20), Event(WatchEventType.Play, 2 * Minute, 5, item: 2));
        Assert.Equal((2, 55.0), (plays.Count, plays.Seconds));
    }

    [Fact]
    public void Play_of_another_list_counts_only_where_it_names_the_placement()
    {
        Assert.Equal(0, Of(Event(WatchEventType.Play, 0, 30, list: Other)).Count);
        Assert.Equal(0, Of(Event(WatchEventType.Play, 0, 30, list: 0, isOfPlacement: true)).Count);
        Assert.Equal(1, Of(Event(WatchEventType.Play, 0, 30, list: Other, isOfPlacement: true)).Count);
    }

    [Fact]
    public void Play_that_timed_out_is_another_one_and_its_seconds_add_up()
    {
        var plays = Of(Event(WatchEventType.PlayStart, 0, 40), Event(WatchEventType.PlayProgress, 31 * Minute, 50));
        Assert.Equal((1, 90.0), (plays.Count, plays.Seconds));
        var one = Of(Event(WatchEventType.PlayStart, 0, 40), Event(WatchEventType.PlayProgress, 29 * Minute, 50));
        Assert.Equal((1, 50.0), (one.Count, one.Seconds));
    }

    [Fact]
    public void Start_of_another_item_in_the_session_closes_the_play_as_the_fold_of_states_does()
    {
        var plays = Of(
            Event(WatchEventType.PlayStart, 0, 10), Event(WatchEventType.PlayStart, Minute, 20, item: 2), Event(WatchEventType.PlayProgress, 2 * Minute, 15),
            Event(WatchEventType.PlayProgress, 3 * Minute, 25, item: 2));
        Assert.Equal((2, 10.0 + 15 + 25), (plays.Count, plays.Seconds));
    }

    [Fact]
    public void Position_beyond_the_item_or_none_is_the_items_length_or_nothing()
    {
        Assert.Equal(20, Of(Event(WatchEventType.Play, 0, 30, duration: 20)).Seconds);
        var none = Of(Event(WatchEventType.PlayStart, 0, null));
        Assert.Equal((1, 0.0), (none.Count, none.Seconds));
    }

    private static AttributedPlays Of(params ListedEvent[] events)
    {
        var plays = new AttributedPlays(new FoldRules(), new HashSet<ulong> { Shown });
        foreach (var listed in events) plays.Add(listed);
        plays.CloseAll();
        return plays;
    }

    private static ListedEvent Event(WatchEventType type, long timeMs, double? position, uint item = 1, ulong list = Shown, bool isOfPlacement = false, double? duration = null) => new(
        new(type, item, Session: 5, timeMs, Ms(position), Ms(duration), Recsys.Inference.Strength.Unknown), list, Position: 0, isOfPlacement);

    private static long Ms(double? seconds) => seconds is { } given ? (long)(given * Second) : -1;
}
