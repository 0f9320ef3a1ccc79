using Recsys.Serving;
using Recsys.Serving.Events;
using Recsys.Serving.Lists;
using Recsys.Serving.Steering;
using Recsys.Serving.Users;

namespace Recsys.Tests.Serving;

/// <summary>Later pages of a list whose users have changed their minds, or are gone.</summary>
public sealed class LaterPageTests
{
    private static readonly string[] Items = [.. Enumerable.Range(0, 60).Select(i => $"i{i:d2}")];

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Page_when_consent_was_refused_since_is_refused_and_made_anew_has_no_profile()
    {
        await using var rig = await RigAsync("u", "v");
        var (own, both) = (await FirstAsync(rig, "u"), await FirstAsync(rig, "u", "v"));
        await DenyAsync(rig, "u");
        await RefusedAsync(rig, own);
        await RefusedAsync(rig, both);
        Assert.False((await rig.ListAsync("u")).Personalized);

        // Of one who had refused before, the list followed nothing: it goes on.
        var household = await FirstAsync(rig, "u", "v");
        Assert.True((await rig.ListAsync(household)).Personalized);
        await DenyAsync(rig, "v");
        await RefusedAsync(rig, household);
        var plain = await FirstAsync(rig, "u", "v");
        Assert.False((await rig.ListAsync(plain)).Personalized);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(-8)]
    public async Task Page_when_the_user_was_deleted_since_is_refused_also_when_an_event_makes_a_new_one_of_that_id(int? hours)
    {
        await using var rig = await RigAsync("u");
        var next = await FirstAsync(rig, "u");
        Assert.True((await rig.ListAsync(next)).Personalized);
        await rig.Engine.Users.DeleteAsync(EngineRig.Ns, "u", None);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        if (hours is { } late) await rig.WriteAsync(rig.Like("u", Items[5], rig.NowMs + (late * 3_600_000)));
        await RefusedAsync(rig, next);
    }

    [Fact]
    public async Task Page_of_one_who_was_reset_or_had_preferences_alone_is_refused_when_nothing_of_it_is_left()
    {
        await using var rig = await RigAsync("u");
        await rig.Engine.Preferences.SetAsync(EngineRig.Ns, "w", [(PreferenceKind.More, new(SubjectKind.Item, Items[7]))], None);
        var (reset, wanting) = (await FirstAsync(rig, "u"), await FirstAsync(rig, "w"));
        Assert.True((await rig.ListAsync(wanting)).Personalized);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await rig.Engine.Preferences.ResetAsync(EngineRig.Ns, "u", None);
        await rig.WriteAsync(rig.Like("u", Items[5]));
        await RefusedAsync(rig, reset);
        await rig.Engine.Users.DeleteAsync(EngineRig.Ns, "w", None);
        await RefusedAsync(rig, wanting);
        await rig.WriteAsync(rig.Like("w", Items[5]));
        await RefusedAsync(rig, wanting);
    }

    [Fact]
    public async Task Page_of_one_who_was_reset_is_refused_also_when_new_wishes_or_late_events_follow()
    {
        await using var rig = await RigAsync("u");
        var before = rig.NowMs;
        await WantAsync("w", 7);
        var (reset, wanting) = (await FirstAsync(rig, "u"), await FirstAsync(rig, "w"));
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await WantAsync("w", 8);
        Assert.True((await rig.ListAsync(wanting)).Personalized);
        foreach (var user in new[] { "u", "w" }) await rig.Engine.Preferences.ResetAsync(EngineRig.Ns, user, None);
        await WantAsync("w", 9);
        await RefusedAsync(rig, wanting);
        await rig.WriteAsync(rig.Like("u", Items[5], before));
        await rig.WriteAsync(rig.Like("u", Items[6]));
        await RefusedAsync(rig, reset);

        async Task WantAsync(string user, int item) =>
            await rig.Engine.Preferences.SetAsync(EngineRig.Ns, user, [(PreferenceKind.More, new(SubjectKind.Item, Items[item]))], None);
    }

    [Fact]
    public async Task Page_when_the_user_only_went_on_comes_whatever_came_in_between()
    {
        await using var rig = await RigAsync("u");
        await rig.WriteAsync(rig.Event("first", WatchEventType.PlayStart, Items[5], session: "s", position: 50, duration: 100), rig.Like("ahead", Items[4], rig.NowMs + 300_000));
        ListRequest[] pages = [await FirstAsync(rig, "u"), await FirstAsync(rig, "first"), await FirstAsync(rig, "ahead"), await FirstAsync(rig, "nobody"), await FirstAsync(rig, "u", "nobody")];
        rig.Time.Advance(TimeSpan.FromMinutes(5));
        await rig.WriteAsync(rig.Event("first", WatchEventType.PlayStop, Items[5], session: "s", position: 100, duration: 100), rig.Like("nobody", Items[9]));
        await rig.WriteAsync([.. Enumerable.Range(0, 310).Select(i => rig.Like("u", Items[i % 60])), rig.Like("ahead", Items[8])]);
        foreach (var page in pages) Assert.Equal(5, (await rig.ListAsync(page)).Items.Count);

        // Late events make the state anew; another server has read it from the store.
        await rig.WriteAsync(rig.Like("ahead", Items[9], rig.NowMs - 3_600_000));
        await rig.ReopenAsync();
        await rig.GoLiveAsync("m", Items);
        foreach (var page in pages) Assert.Equal(5, (await rig.ListAsync(page)).Items.Count);

        // Nobody can say now what is still allowed.
        rig.Store.IsDown = true;
        Assert.Equal(5, (await rig.ListAsync(pages[0])).Items.Count);
    }

    private static async Task<EngineRig> RigAsync(params string[] users)
    {
        var rig = await EngineRig.OpenAsync();
        await rig.GoLiveAsync("m", Items);
        await rig.WriteAsync([.. users.Select(user => rig.Like(user, Items[3]))]);
        return rig;
    }

    /// <summary>The request for the second page of a list.</summary>
    private static async Task<ListRequest> FirstAsync(EngineRig rig, params string[] users)
    {
        var request = new ListRequest { Namespace = EngineRig.Ns, UserIds = users, PageSize = 5 };
        return request with { PageToken = (await rig.ListAsync(request)).NextPageToken };
    }

    private static Task DenyAsync(EngineRig rig, string user) =>
        rig.Engine.Users.UpdateAsync(EngineRig.Ns, user, "", profile => profile with { Personalization = ConsentChoice.Denied }, None).AsTask();

    private static async Task RefusedAsync(EngineRig rig, ListRequest request)
    {
        var error = await Assert.ThrowsAsync<EngineException>(() => rig.ListAsync(request));
        Assert.Equal((EngineErrorKind.InvalidArgument, "PAGE_TOKEN_INVALID", "page_token"), (error.Kind, error.Reason, error.Field));
        Assert.Contains("anew", error.Message, StringComparison.Ordinal);
    }
}
