using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Filters;
using Recsys.Serving.Lists;
using Recsys.Serving.Shelves;

namespace Recsys.Tests.Serving.Users;

/// <summary>The maturity ceiling of the account that a profile belongs to: the user whose id is the profile's `account_id`.</summary>
public sealed class AccountCeilingTests
{
    private static readonly int[] Ages = [0, 6, 12, 16, 18];

    [Theory]
    [InlineData(12, null, null, 12)]
    [InlineData(12, 16, null, 12)]
    [InlineData(12, 6, null, 6)]
    [InlineData(12, null, 18, 12)]
    [InlineData(12, null, 6, 6)]
    [InlineData(0, 16, 18, 0)]
    [InlineData(null, null, null, 18)]
    public async Task Lists_of_a_profile_when_its_account_has_a_ceiling_obey_the_strictest(int? account, int? own, int? requested, int strictest)
    {
        await using var rig = await OpenAsync();
        await PutAsync(rig, "home", account);
        await PutAsync(rig, "kid", own, "home");
        var request = new ListRequest { Namespace = EngineRig.Ns, UserIds = ["kid"], MaturityCeiling = requested, Explain = true };
        Assert.Equal(strictest, OldestOf(await rig.ListAsync(request)));
        var filtered = request with { Filter = FilterParser.Parse("maturity_age = account.maturity_ceiling") };
        Assert.Equal(strictest, (account ?? own ?? requested) is null ? 18 : OldestOf(await rig.ListAsync(filtered)));
        var shelves = await rig.Engine.RecommendShelvesAsync(
            new() { Namespace = EngineRig.Ns, UserIds = ["kid"], MaturityCeiling = requested, Shelves = [new(ShelfKind.Recommended), new(ShelfKind.New) { MaxAgeDays = 30 }] },
            CancellationToken.None);
        Assert.Equal(strictest, shelves.Shelves.Max(shelf => OldestOf(shelf.List)));
    }

    [Fact]
    public async Task Lists_that_a_model_makes_when_the_account_has_a_ceiling_obey_it_and_their_reasons_name_nothing_above_it()
    {
        await using var rig = await OpenAsync();
        await rig.GoLiveAsync("m", [.. Enumerable.Range(0, 30).Select(i => $"i{i:d2}")]);
        await rig.WriteAsync(
            rig.Like("kid", "i14"), rig.Like("kid", "i15", rig.NowMs - 1), rig.Event("kid", WatchEventType.Play, "i09", rig.NowMs - 2, position: 100, duration: 250));
        await PutAsync(rig, "home", null);
        await PutAsync(rig, "kid", null, "home");
        Assert.Equal((18, true, 2), await LookAsync());
        await PutAsync(rig, "home", 6);
        Assert.Equal((6, false, 0), await LookAsync());

        async Task<(int Oldest, bool NamesAdult, int UnderwayAndNamed)> LookAsync()
        {
            var list = await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = ["kid"], PageSize = 60, Explain = true });
            var shelves = await rig.Engine.RecommendShelvesAsync(
                new() { Namespace = EngineRig.Ns, UserIds = ["kid"], Shelves = [new(ShelfKind.Continue), new(ShelfKind.BecauseYouPlayed) { ItemId = "i14" }] }, CancellationToken.None);
            return (OldestOf(list), list.Items.SelectMany(item => item.Reasons).Any(reason => reason.BecauseItemId is "i14" or "i09"), shelves.Shelves.Count);
        }
    }

    [Fact]
    public async Task Next_page_and_next_list_when_the_accounts_ceiling_has_changed_obey_the_new_one_on_every_replica()
    {
        await using var rig = await OpenAsync();
        await PutAsync(rig, "kid", null, "home");
        await PutAsync(rig, "home", null);
        await using var replica = await rig.NewEngineAsync();
        var request = new ListRequest { Namespace = EngineRig.Ns, UserIds = ["kid"], PageSize = 5 };
        var first = await rig.ListAsync(request);
        Assert.Equal(18, OldestOf(first));

        // Through the other one, as another server would.
        await replica.Users.UpdateAsync(EngineRig.Ns, "home", "", profile => profile with { MaturityCeiling = 6 }, CancellationToken.None);
        var second = await rig.ListAsync(request with { PageSize = 30, PageToken = first.NextPageToken });
        Assert.Equal(6, OldestOf(second));
        Assert.Empty(second.Items.Select(item => item.ItemId).Intersect(first.Items.Select(item => item.ItemId)));
        Assert.Equal(6, OldestOf(await rig.ListAsync(request)));
        Assert.Equal(6, OldestOf(await replica.RecommendAsync(request, CancellationToken.None)));
        await rig.Engine.Users.UpdateAsync(EngineRig.Ns, "home", "", profile => profile with { MaturityCeiling = 16 }, CancellationToken.None);
        Assert.Equal(16, OldestOf(await replica.RecommendAsync(request, CancellationToken.None)));
    }

    [Fact]
    public async Task Household_when_its_profiles_belong_to_several_accounts_obeys_the_strictest_of_all()
    {
        await using var rig = await OpenAsync();
        await PutAsync(rig, "a", 16);
        await PutAsync(rig, "b", 12);
        await PutAsync(rig, "of-a", 18, "a");
        await PutAsync(rig, "of-b", null, "b");
        Assert.Equal(16, await OldestAsync("of-a"));
        Assert.Equal(12, await OldestAsync("of-a", "of-b"));
        Assert.Equal(12, await OldestAsync("of-b", "of-a"));
        Assert.Equal(12, await OldestAsync("of-a", "b"));
        Assert.Equal(12, await OldestAsync("nobody", "of-b", "b"));

        // The ceiling of an account of an account, and of another namespace's user, is nobody's.
        await PutAsync(rig, "of-of-b", null, "of-b");
        Assert.Equal(18, await OldestAsync("of-of-b"));

        async Task<int> OldestAsync(params string[] users) => OldestOf(await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = users, PageSize = 40 }));
    }

    [Fact]
    public async Task Account_when_nobody_knows_it_has_no_ceiling_and_when_it_was_deleted_the_one_that_it_had()
    {
        await using var rig = await OpenAsync();
        await PutAsync(rig, "kid", null, "home");
        Assert.Equal(18, OldestOf(await rig.ListAsync("kid")));
        await PutAsync(rig, "home", 6);
        Assert.Equal(6, OldestOf(await rig.ListAsync("kid")));
        await DeleteAsync();
        Assert.Equal(6, OldestOf(await rig.ListAsync("kid")));
        Assert.Equal(6, OldestOf(await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = ["kid", "home"] })));
        Assert.Equal(0, (await rig.RecordAsync("home")).Revision);

        // Events make no account; a profile does, and deleting that leaves its own word.
        await rig.WriteAsync(rig.Like("home", "i00"));
        Assert.Equal(6, OldestOf(await rig.ListAsync("kid")));
        await DeleteAsync();
        Assert.Equal(6, OldestOf(await rig.ListAsync("kid")));
        await PutAsync(rig, "home", null);
        Assert.Equal(18, OldestOf(await rig.ListAsync("kid")));
        await DeleteAsync();
        Assert.Equal(18, OldestOf(await rig.ListAsync("kid")));

        Task DeleteAsync() => rig.Engine.Users.DeleteAsync(EngineRig.Ns, "home", CancellationToken.None).AsTask();
    }

    [Fact]
    public async Task Account_when_linked_to_another_user_leaves_its_ceiling_to_its_profiles_and_to_that_user()
    {
        await using var rig = await OpenAsync();
        await PutAsync(rig, "kid", null, "home");
        await PutAsync(rig, "home", 6);
        await PutAsync(rig, "other", 12);
        await rig.Engine.Users.LinkAsync(EngineRig.Ns, "home", "other", CancellationToken.None);
        Assert.Equal(6, OldestOf(await rig.ListAsync("kid")));
        Assert.Equal(6, OldestOf(await rig.ListAsync("other")));
    }

    [Fact]
    public async Task Profile_when_its_bytes_are_damaged_has_no_consent_and_sees_what_everybody_may_see()
    {
        await using var rig = await OpenAsync();
        await rig.GoLiveAsync("m", [.. Enumerable.Range(0, 30).Select(i => $"i{i:d2}")]);
        await rig.WriteAsync(rig.Like("kid", "i14"));
        var list = await rig.ListAsync("kid", 60);
        Assert.Equal((18, true), (OldestOf(list), list.Personalized));
        await rig.Sqlite.CommitAsync([new() { User = new(EngineRig.Ns, "kid"), ExpectedRevision = null, Profile = "{\"user_id\":1}"u8.ToArray(), ReceiveTimeMs = rig.NowMs }], CancellationToken.None);
        list = await rig.ListAsync("kid", 60);
        Assert.Equal((0, false), (OldestOf(list), list.Personalized));
    }

    [Fact]
    public async Task Account_when_it_cant_be_read_gives_a_degraded_list_of_what_everybody_may_see()
    {
        await using var rig = await OpenAsync();
        await rig.WriteAsync(rig.Like("other", "not in the catalogue"));
        await PutAsync(rig, "a", 6);
        await PutAsync(rig, "b", 6);
        await PutAsync(rig, "kid", null, "a");
        await PutAsync(rig, "cousin", null, "b");
        foreach (var users in new string[][] { ["kid"], ["kid", "cousin"] })
        {
            var request = new ListRequest { Namespace = EngineRig.Ns, UserIds = users, PageSize = 40 };
            rig.Store.LosesUser = user => user.UserId == "a";
            var list = await rig.ListAsync(request);
            Assert.NotEmpty(list.DegradedReason);
            Assert.Equal(0, OldestOf(list));
            var shelves = await rig.Engine.RecommendShelvesAsync(
                new() { Namespace = EngineRig.Ns, UserIds = users, Shelves = [new(ShelfKind.Recommended), new(ShelfKind.Trending)] }, CancellationToken.None);
            Assert.All(shelves.Shelves, shelf => Assert.Equal(0, OldestOf(shelf.List)));
            rig.Store.LosesUser = null;
            Assert.Equal(6, OldestOf(await rig.ListAsync(request)));
        }

        // Bytes that are no profile.
        await rig.Sqlite.CommitAsync([new() { User = new(EngineRig.Ns, "a"), ExpectedRevision = null, Profile = "{"u8.ToArray(), ReceiveTimeMs = rig.NowMs }], CancellationToken.None);
        Assert.Equal(0, OldestOf(await rig.ListAsync("kid")));
    }

    [Fact]
    public async Task Profile_when_it_has_no_account_costs_one_read_and_with_one_another()
    {
        await using var rig = await OpenAsync();
        await PutAsync(rig, "alone", 12);
        await PutAsync(rig, "kid", null, "home");
        await PutAsync(rig, "self", 12, "self");
        Assert.Equal(1, await ReadsAsync("alone"));
        Assert.Equal(1, await ReadsAsync("nobody"));
        Assert.Equal(1, await ReadsAsync("self"));
        Assert.Equal(1, await ReadsAsync("kid", "home"));
        Assert.Equal(2, await ReadsAsync("kid"));

        async Task<int> ReadsAsync(params string[] users)
        {
            var before = rig.Store.LoadCalls;
            await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = users });
            return rig.Store.LoadCalls - before;
        }
    }

    [Fact]
    public async Task Watcher_of_a_profile_when_its_account_changes_is_told_also_where_accounts_name_each_other()
    {
        await using var rig = await OpenAsync();
        await PutAsync(rig, "kid", null, "home");
        await PutAsync(rig, "home", null, "kid");
        await PutAsync(rig, "new-home", 6);
        var (kid, home) = (0, 0);
        using var ofHome = rig.Engine.Watch(new(EngineRig.Ns, "home"), () => home++);
        var ofKid = rig.Engine.Watch(new(EngineRig.Ns, "kid"), () => kid++);
        await rig.ListAsync("kid");
        await rig.ListAsync("home");
        (kid, home) = (0, 0);
        await SetAsync("home");
        Assert.Equal((1, 1), (kid, home));
        await SetAsync("kid");
        Assert.Equal((2, 2), (kid, home));

        // Another account: the one before is its business no more.
        await rig.Engine.Users.UpdateAsync(EngineRig.Ns, "kid", "", profile => profile with { AccountId = "new-home" }, CancellationToken.None);
        await rig.ListAsync("kid");
        (kid, home) = (0, 0);
        await SetAsync("new-home");
        Assert.Equal((1, 0), (kid, home));
        await SetAsync("home");
        Assert.Equal((1, 1), (kid, home));

        // Nobody watches any more.
        ofKid.Dispose();
        await SetAsync("new-home");
        Assert.Equal((1, 1), (kid, home));

        async Task SetAsync(string user) => await rig.Engine.Users.UpdateAsync(EngineRig.Ns, user, "", profile => profile with { MaturityCeiling = 12 }, CancellationToken.None);
    }

    private static async Task<EngineRig> OpenAsync()
    {
        var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync([.. Enumerable.Range(0, 30).Select(ItemOf)]);
        return rig;

        CatalogueItem ItemOf(int i) => new() { ItemId = $"i{i:d2}", Kind = ItemKind.Film, MaturityAge = Ages[i % Ages.Length], PublishTimeMs = rig.NowMs - 1 };
    }

    private static Task PutAsync(EngineRig rig, string userId, int? ceiling, string account = "") =>
        rig.PutProfileAsync(new() { UserId = userId, MaturityCeiling = ceiling, AccountId = account });

    /// <summary>The greatest age of a list's items, each of which must be in the catalogue: nobody knows how old one must be for another.</summary>
    private static int OldestOf(RankedList list)
    {
        Assert.NotEmpty(list.Items);
        Assert.DoesNotContain(list.Items, item => item.ItemId[0] != 'i');
        return list.Items.Max(item => Ages[int.Parse(item.ItemId.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) % Ages.Length]);
    }
}
