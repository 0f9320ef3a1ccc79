using Recsys.Serving;
using Recsys.Serving.Steering;

namespace Recsys.Tests.Serving.Steering;

/// <summary>How preferences are kept beside the profile.</summary>
public sealed class PreferenceBookTests
{
    private static readonly PreferenceSubject Drama = new(SubjectKind.Genre, "drama");

    [Fact]
    public async Task Preferences_when_stored_survive_a_restart_and_an_update_of_the_profile_whose_version_they_leave_alone()
    {
        await using var rig = await EngineRig.OpenAsync();
        var (_, etag) = await rig.Engine.Users.UpdateAsync(EngineRig.Ns, "u", "", profile => profile with { Country = "BR" }, CancellationToken.None);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await SayAsync(rig, "u", PreferenceKind.Less, Drama);
        await rig.Engine.Preferences.SetPicksAsync(EngineRig.Ns, "u", ["i1"], [], ["sad"], CancellationToken.None);
        var before = await rig.Engine.Users.GetAsync(EngineRig.Ns, "u", CancellationToken.None);
        Assert.Equal((etag, rig.NowMs - 60_000), (before.Etag, before.Profile.UpdateTimeMs));

        // Without a mask the whole profile is replaced, and the version that was read before the preference still is the stored one.
        await rig.Engine.Users.UpdateAsync(EngineRig.Ns, "u", etag, _ => new() { UserId = "u", Country = "DE" }, CancellationToken.None);
        await rig.ReopenAsync();
        var steering = await rig.Engine.Preferences.GetAsync(EngineRig.Ns, "u", CancellationToken.None);
        Assert.Equal(new(PreferenceKind.Less, SubjectKind.Genre, "drama", rig.NowMs), Assert.Single(steering.Preferences));
        Assert.Equal(["i1"], steering.Picks!.ItemIds);
        Assert.Equal("DE", (await rig.Engine.Users.GetAsync(EngineRig.Ns, "u", CancellationToken.None)).Profile.Country);
    }

    [Fact]
    public async Task Preferences_when_too_many_are_refused_whole_and_a_word_about_a_known_subject_is_not()
    {
        await using var rig = await EngineRig.OpenAsync();
        for (var i = 0; i < 5; i++) Assert.Equal(100 * (i + 1), await SetAsync(Enumerable.Range(100 * i, 100)));
        var error = await Assert.ThrowsAsync<EngineException>(() => SetAsync([0, 500]));
        Assert.Equal((EngineErrorKind.FailedPrecondition, "TOO_MANY_PREFERENCES"), (error.Kind, error.Reason));
        Assert.Equal(500, await SetAsync([0, 1]));

        async Task<int> SetAsync(IEnumerable<int> items) => await rig.Engine.Preferences.SetAsync(
            EngineRig.Ns, "u", [.. items.Select(item => (PreferenceKind.More, new PreferenceSubject(SubjectKind.Item, $"i{item}")))], CancellationToken.None);
    }

    [Fact]
    public async Task Nothing_when_retracted_makes_no_user()
    {
        await using var rig = await EngineRig.OpenAsync();
        Assert.Equal(0, await rig.Engine.Preferences.RetractAsync(EngineRig.Ns, "u", [Drama], CancellationToken.None));
        await rig.Engine.Preferences.SetPicksAsync(EngineRig.Ns, "u", [], [], [], CancellationToken.None);
        Assert.Equal(0, (await rig.RecordAsync("u")).Revision);
        Assert.True((await rig.Engine.Preferences.GetAsync(EngineRig.Ns, "u", CancellationToken.None)).IsEmpty);
    }

    [Fact]
    public async Task Users_when_linked_have_the_latest_word_of_both_whether_there_are_events_or_not()
    {
        await using var rig = await EngineRig.OpenAsync();
        await SayAsync(rig, "anonymous", PreferenceKind.Less, Drama);
        await SayAsync(rig, "known", PreferenceKind.More, new(SubjectKind.Item, "i1"));
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await SayAsync(rig, "known", PreferenceKind.More, Drama);
        await SayAsync(rig, "anonymous", PreferenceKind.Not, new(SubjectKind.Item, "i1"));
        Assert.Equal(0, await rig.Engine.Users.LinkAsync(EngineRig.Ns, "anonymous", "known", CancellationToken.None));
        Assert.Equal([(PreferenceKind.More, "drama"), (PreferenceKind.Not, "i1")], await WordsAsync(rig, "known"));
        Assert.Empty(await WordsAsync(rig, "anonymous"));

        await rig.WriteAsync(rig.Like("other", "i2"));
        await SayAsync(rig, "other", PreferenceKind.More, new(SubjectKind.Item, "i3"));
        Assert.Equal(1, await rig.Engine.Users.LinkAsync(EngineRig.Ns, "other", "fresh", CancellationToken.None));
        Assert.Equal([(PreferenceKind.More, "i3")], await WordsAsync(rig, "fresh"));
        Assert.Equal("fresh", (await rig.Engine.Users.GetAsync(EngineRig.Ns, "fresh", CancellationToken.None)).Profile.UserId);
    }

    [Fact]
    public async Task Preferences_when_a_user_is_exported_are_in_the_profile_and_when_deleted_are_gone()
    {
        await using var rig = await EngineRig.OpenAsync();
        await SayAsync(rig, "u", PreferenceKind.Less, Drama);
        var exported = new List<(string Kind, string Json)>();
        await foreach (var part in rig.Engine.Users.ExportAsync(EngineRig.Ns, "u", CancellationToken.None)) exported.Add(part);
        var profile = Assert.Single(exported, part => part.Kind == "profile").Json;
        Assert.Contains("\"steering\":{\"preferences\":[{\"kind\":\"Less\",\"of\":\"Genre\",\"name\":\"drama\"", profile, StringComparison.Ordinal);
        await rig.Engine.Users.DeleteAsync(EngineRig.Ns, "u", CancellationToken.None);
        Assert.Empty(await WordsAsync(rig, "u"));
    }

    private static async Task SayAsync(EngineRig rig, string user, PreferenceKind kind, PreferenceSubject subject) =>
        await rig.Engine.Preferences.SetAsync(EngineRig.Ns, user, [(kind, subject)], CancellationToken.None);

    private static async Task<IEnumerable<(PreferenceKind, string)>> WordsAsync(EngineRig rig, string user) =>
        (await rig.Engine.Preferences.GetAsync(EngineRig.Ns, user, CancellationToken.None)).Preferences.Select(preference => (preference.Kind, preference.Name)).Order();
}
