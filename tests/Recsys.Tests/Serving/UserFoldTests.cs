using Recsys.Inference;
using Recsys.Serving.Events;
using Recsys.Serving.Sessions;

namespace Recsys.Tests.Serving;

/// <summary>What an interaction is, and when it closed.</summary>
public sealed class UserFoldTests
{
    private const long Minute = 60_000;
    private const long T0 = 1_700_000_000_000;
    private static readonly FoldRules Rules = new();

    private readonly SessionState _state = new();

    [Fact]
    public void A_stop_closes_the_play_at_its_own_time_with_the_largest_position()
    {
        Fold(WatchEventType.PlayStart, 1, 0, duration: 100_000);
        Fold(WatchEventType.PlayProgress, 1, 1, position: 60_000);
        Fold(WatchEventType.PlayStop, 1, 2, position: 50_000);
        Assert.Equal([new(1, InteractionKind.Play, Strength.FromShare(0.6), T0 + (2 * Minute))], _state.Ring);
        Assert.Empty(_state.OpenPlays);
    }

    [Fact]
    public void A_start_closes_only_other_items_of_its_own_session()
    {
        Fold(WatchEventType.PlayStart, 1, 0, session: 7);
        Fold(WatchEventType.PlayStart, 2, 1, session: 8);
        Fold(WatchEventType.PlayStart, 1, 2, session: 7);
        Assert.Empty(_state.Ring);
        Fold(WatchEventType.PlayStart, 3, 3, session: 7);
        Assert.Equal([new(1, InteractionKind.Play, Strength.Unknown, T0 + (3 * Minute))], _state.Ring);
        Assert.Equal([2u, 3u], _state.OpenPlays.Select(play => play.Item));
    }

    [Fact]
    public void A_stop_or_play_without_an_open_play_is_a_whole_play()
    {
        Fold(WatchEventType.PlayStop, 1, 0, position: 25, duration: 100);
        Fold(WatchEventType.Play, 2, 1, position: 100, duration: 100);
        Fold(WatchEventType.Play, 3, 2);
        Assert.Equal([Strength.FromShare(0.25), Strength.FromShare(1), Strength.Unknown], _state.Ring.Select(i => i.Strength));
    }

    [Fact]
    public void Plays_time_out_in_the_order_of_their_last_events_before_the_next_event()
    {
        Fold(WatchEventType.PlayStart, 1, 0, session: 1);
        Fold(WatchEventType.PlayStart, 2, 1, session: 2);
        Fold(WatchEventType.PlayProgress, 1, 2, session: 1);
        Fold(WatchEventType.Like, 3, 32);
        Assert.Equal([(2u, 31L), (1u, 32L), (3u, 32L)], _state.Ring.Select(i => (i.Item, (i.TimeMs - T0) / Minute)));
        Assert.Equal(InteractionKind.Like, _state.Ring[2].Kind);
    }

    [Fact]
    public void A_ninth_open_play_closes_the_oldest()
    {
        for (var i = 1u; i <= 9; i++) Fold(WatchEventType.PlayStart, i, i, session: i);
        Assert.Equal([new(1, InteractionKind.Play, Strength.Unknown, T0 + (9 * Minute))], _state.Ring);
        Assert.Equal(8, _state.OpenPlays.Count);
    }

    [Fact]
    public void Heart_beats_open_a_play_and_never_add_an_interaction()
    {
        for (var i = 0; i < 360; i++) Fold(WatchEventType.PlayProgress, 1, i, position: i * Minute, duration: 360 * Minute);
        Assert.Empty(_state.Ring);
        Fold(WatchEventType.PlayStop, 1, 360);
        Assert.Equal([new(1, InteractionKind.Play, Strength.FromShare(359 / 360.0), T0 + (360 * Minute))], _state.Ring);
        Assert.Equal(1, _state.InteractionCount);
    }

    [Fact]
    public void A_full_ring_is_cut_to_the_newest_and_what_goes_stays_seen()
    {
        for (var i = 1u; i <= 299; i++) Fold(WatchEventType.Like, i, i);
        Assert.Equal(299, _state.Ring.Count);
        _state.Slots.Add(new() { Fingerprint = 1, Values = [] });
        Fold(WatchEventType.Like, 300, 300);
        Assert.Equal(200, _state.Ring.Count);
        Assert.Equal((101u, 300u), (_state.Ring[0].Item, _state.Ring[^1].Item));
        Assert.Equal(100, _state.Older.Count);
        Assert.True(_state.Older.Contains(100));
        Assert.Equal(300, _state.InteractionCount);
        Assert.Empty(_state.Slots);
    }

    [Fact]
    public void An_event_older_than_the_state_is_refused()
    {
        Fold(WatchEventType.Like, 1, 5);
        Assert.Throws<ArgumentException>(() => Fold(WatchEventType.Like, 2, 4));
    }

    [Theory]
    [InlineData(1, 10, -1, true)]
    [InlineData(1, 11, -1, false)]
    [InlineData(1, -1, 100, true)]
    [InlineData(1, -1, 90, false)]
    [InlineData(-1, 1, -1, false)]
    [InlineData(3, 1, -1, false)]
    public void Only_a_late_heart_beat_that_says_nothing_new_is_idle(int minute, long position, long duration, bool idle)
    {
        Fold(WatchEventType.PlayStart, 1, 0, position: 10, duration: 100);
        Fold(WatchEventType.PlayProgress, 1, 2, position: 5);
        Fold(WatchEventType.Like, 2, 4);
        Assert.Equal(idle, UserFold.IsIdleLateProgress(_state, At(WatchEventType.PlayProgress, 1, minute, 0, position, duration)));
        Assert.False(UserFold.IsIdleLateProgress(_state, At(WatchEventType.PlayStop, 1, minute, 0, position, duration)));
    }

    private static FoldEvent At(WatchEventType type, uint item, long minute, ulong session, long position, long duration) =>
        new(type, item, session, T0 + (minute * Minute), position, duration, Strength.Unknown);

    private void Fold(WatchEventType type, uint item, long minute, ulong session = 0, long position = -1, long duration = -1) =>
        UserFold.Apply(_state, At(type, item, minute, session, position, duration), Rules);
}
