using Recsys.Serving.Events;
using Recsys.Serving.Models;
using Recsys.Serving.Sessions;

namespace Recsys.Tests.Serving.Models;

public sealed class UserHistoriesTests
{
    private const string Ns = EngineRig.Ns;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_history_holds_all_interactions_where_the_ring_holds_the_newest()
    {
        await using var rig = await EngineRig.OpenAsync(new FoldRules { RingLimit = 30, RingKeep = 20 });
        for (var i = 0; i < 100; i++) await rig.WriteAsync(rig.Like("ann", $"i{i}", i));
        var history = await Histories(rig).ReadUserAsync(new(Ns, "ann"), None);
        Assert.Equal(100, history.Count);
        var ring = (await rig.StateAsync("ann")).Ring;
        Assert.Equal(ring, history.TakeLast(ring.Count));
    }

    [Fact]
    public async Task Late_events_stand_at_their_times_undone_ones_are_left_out_and_open_plays_are_none_yet()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync(rig.Like("ann", "b", 200, id: "b"), rig.Like("ann", "c", 300, id: "c"));
        await rig.WriteAsync(rig.Like("ann", "a", 100, id: "a"));
        await rig.WriteAsync(rig.Event("ann", WatchEventType.PlayStart, "open"), rig.Event("ann", WatchEventType.Impression, "x"));
        await rig.Engine.UndoAsync(Ns, "ann", ["b"], None);
        Assert.Equal([100, 300], (await Histories(rig).ReadUserAsync(new(Ns, "ann"), None)).Select(interaction => interaction.TimeMs));
        rig.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(3, (await Histories(rig).ReadUserAsync(new(Ns, "ann"), None)).Count);
    }

    [Fact]
    public async Task Users_of_other_namespaces_are_not_read()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync(rig.Like("ann", "a"), rig.Like("bob", "b"));
        await rig.Engine.WriteAsync("elsewhere", [rig.Like("eve", "c")], None);
        var read = await Histories(rig).ReadAsync(Ns, new(new Progress<TrainingProgress>(), 0, 1), None).ToListAsync();
        Assert.Equal(["ann", "bob"], read.Select(history => history.UserId));
    }

    private static UserHistories Histories(EngineRig rig) => new(rig.Sqlite, rig.Rules, rig.Time);
}
