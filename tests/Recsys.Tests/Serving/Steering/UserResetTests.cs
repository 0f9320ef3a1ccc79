using Recsys.Serving;
using Recsys.Serving.Events;
using Recsys.Serving.Steering;

namespace Recsys.Tests.Serving.Steering;

/// <summary>A user who is reset is a new one to the lists, whatever comes late.</summary>
public sealed class UserResetTests
{
    private static readonly string[] Items = [.. Enumerable.Range(0, 60).Select(i => $"i{i:d2}")];

    [Fact]
    public async Task User_when_reset_has_the_list_of_nobody_and_builds_a_history_anew()
    {
        await using var rig = await OpenAsync();
        var nobody = await IdsAsync(rig, "nobody");
        Assert.NotEqual(nobody, await IdsAsync(rig, "u"));
        await ResetAsync(rig);
        var list = await rig.ListAsync("u", 60);
        Assert.False(list.Personalized);
        Assert.Equal(nobody, list.Items.Select(item => item.ItemId));
        Assert.True((await rig.Engine.Preferences.GetAsync(EngineRig.Ns, "u", CancellationToken.None)).IsEmpty);
        Assert.Equal("BR", (await rig.Engine.Users.GetAsync(EngineRig.Ns, "u", CancellationToken.None)).Profile.Country);
        Assert.Equal(4, (await rig.LogAsync("u")).Count);

        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await rig.WriteAsync(rig.Like("u", Items[30]), rig.Like("fresh", Items[30]));
        Assert.Equal(await IdsAsync(rig, "fresh"), await IdsAsync(rig, "u"));
        Assert.Equal(1, (await rig.StateAsync("u")).InteractionCount);
    }

    [Fact]
    public async Task Late_events_and_undone_ones_when_the_state_is_made_anew_bring_nothing_back()
    {
        await using var rig = await OpenAsync();
        var before = rig.NowMs;
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await ResetAsync(rig);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await rig.WriteAsync(rig.Event("u", WatchEventType.Like, Items[40], timeMs: before));
        Assert.Empty((await rig.StateAsync("u")).Ring);
        await rig.WriteAsync(rig.Event("u", WatchEventType.Like, Items[30], id: "new"), rig.Event("u", WatchEventType.Like, Items[31]), rig.Event("u", WatchEventType.Like, Items[41], timeMs: before));
        Assert.Equal(2, (await rig.StateAsync("u")).Ring.Count);
        await rig.Engine.UndoAsync(EngineRig.Ns, "u", ["new"], CancellationToken.None);
        await rig.ReopenAsync();
        Assert.Equal(await rig.NumberAsync(Items[31]), Assert.Single((await rig.StateAsync("u")).Ring).Item);
    }

    [Fact]
    public async Task Reset_when_undone_brings_the_history_back()
    {
        await using var rig = await OpenAsync();
        var before = (await rig.StateAsync("u")).Ring;
        var id = await ResetAsync(rig);
        Assert.Empty((await rig.StateAsync("u")).Ring);
        Assert.Equal([UndoOutcome.Undone], await rig.Engine.UndoAsync(EngineRig.Ns, "u", [id], CancellationToken.None));
        Assert.Equal(before, (await rig.StateAsync("u")).Ring);
    }

    [Fact]
    public async Task Events_of_a_clock_that_is_ahead_when_reset_are_forgotten_too()
    {
        await using var rig = await OpenAsync();
        await rig.WriteAsync(rig.Event("u", WatchEventType.Like, Items[40], timeMs: rig.NowMs + 300_000));
        await ResetAsync(rig);
        await rig.WriteAsync(rig.Event("u", WatchEventType.Like, Items[41], timeMs: rig.NowMs - 1));
        Assert.Empty((await rig.StateAsync("u")).Ring);
    }

    [Fact]
    public async Task Anonymous_user_when_linked_brings_what_was_done_since_the_reset_and_does_not_reset_the_known_one()
    {
        await using var rig = await OpenAsync();
        await rig.WriteAsync(rig.Like("known", Items[20]));
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await ResetAsync(rig);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await rig.WriteAsync(rig.Like("u", Items[30]));
        Assert.Equal(1, await rig.Engine.Users.LinkAsync(EngineRig.Ns, "u", "known", CancellationToken.None));
        Assert.Equal([await rig.NumberAsync(Items[20]), await rig.NumberAsync(Items[30])], (await rig.StateAsync("known")).Ring.Select(interaction => interaction.Item));
    }

    [Fact]
    public async Task Nobody_when_reset_is_not_found()
    {
        await using var rig = await EngineRig.OpenAsync();
        Assert.Equal(EngineErrorKind.NotFound, (await Assert.ThrowsAsync<EngineException>(() => ResetAsync(rig))).Kind);
    }

    private static async Task<EngineRig> OpenAsync()
    {
        var rig = await EngineRig.OpenAsync();
        await rig.GoLiveAsync("m", Items);
        await rig.Engine.Users.UpdateAsync(EngineRig.Ns, "u", "", profile => profile with { Country = "BR" }, CancellationToken.None);
        await rig.WriteAsync(rig.Like("u", Items[3]), rig.Like("u", Items[5]), rig.Event("u", WatchEventType.PlayStart, Items[7]));
        await rig.Engine.Preferences.SetAsync(EngineRig.Ns, "u", [(PreferenceKind.Not, new(SubjectKind.Item, Items[9]))], CancellationToken.None);
        return rig;
    }

    private static async Task<string> ResetAsync(EngineRig rig) => await rig.Engine.Preferences.ResetAsync(EngineRig.Ns, "u", CancellationToken.None);

    private static async Task<IEnumerable<string>> IdsAsync(EngineRig rig, string user) => (await rig.ListAsync(user, 60)).Items.Select(item => item.ItemId);
}
