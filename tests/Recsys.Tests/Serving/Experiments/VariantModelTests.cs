using System.Diagnostics;
using System.Text.Json;
using Recsys.Inference.Artefacts;
using Recsys.Serving;
using Recsys.Serving.Experiments;
using Recsys.Serving.Lists;
using Recsys.Serving.Shelves;

namespace Recsys.Tests.Serving.Experiments;

/// <summary>Variants of an experiment that have a model of their own.</summary>
public sealed class VariantModelTests
{
    private const int Users = 12;
    private const string Ns = VariantWorld.Ns;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Lists_of_the_variant_are_those_of_a_server_with_its_model_live_and_all_others_those_without_an_experiment()
    {
        await using var tried = await VariantWorld.OpenAsync();
        await using var plain = await VariantWorld.OpenAsync();
        await using var other = await VariantWorld.OpenAsync();
        VariantWorld[] all = [tried, plain, other];
        await other.Engine.Models.ActivateAsync(Ns, VariantWorld.OtherVersion, None);
        foreach (var world in all) await world.ActAsync(Users, 0, 6);
        await tried.PutAsync(VariantWorld.Experiment());
        await AssertSameAsync();

        foreach (var world in all) await world.ActAsync(Users, 6, 12);
        await AssertSameAsync();

        // The state is in step with both models, so no list replays the ring.
        var (live, beside) = (tried.Engine.LiveModels.Of(Ns)!, tried.Engine.LiveModels.Find(Ns, VariantWorld.OtherVersion)!);
        for (var user = 0; user < Users; user++)
        {
            var state = await tried.Rig.StateAsync($"u{user}");
            uint[] expected = await VariantOfAsync(tried, $"u{user}") == "b" ? [live.Fingerprint, beside.Fingerprint] : [live.Fingerprint];
            Assert.Equal(expected, state.Slots.Select(slot => slot.Fingerprint));
            Assert.All(state.Slots, slot => Assert.Equal(state.Ring.Count, slot.Consumed));
        }

        foreach (var world in all) await world.Rig.ReopenAsync();
        await AssertSameAsync();
        foreach (var world in all) await world.ActAsync(Users, 12, 15);
        await AssertSameAsync();

        async Task AssertSameAsync()
        {
            var variants = new HashSet<string>();
            for (var user = 0; user < Users; user++)
            {
                var (list, id) = (await tried.ListAsync($"u{user}"), $"u{user}");
                variants.Add(list.Variant);
                var reference = list.Variant == "b" ? other : plain;
                AssertSame(await reference.ListAsync(id), list);
                AssertSame(await reference.ListAsync(id, "u0", "u1"), await tried.ListAsync(id, "u0", "u1"));
                AssertSameShelves(await reference.ShelvesAsync(id), await tried.ShelvesAsync(id));
                if (list.Variant == "b") Assert.NotEqual(Places(await plain.ListAsync(id)), Places(list));
            }

            Assert.Equal(["", "a", "b"], variants.Order());
        }
    }

    [Fact]
    public async Task A_variant_has_a_model_weights_and_another_placement_at_once()
    {
        await using var tried = await VariantWorld.OpenAsync();
        await using var other = await VariantWorld.OpenAsync();
        await other.Engine.Models.ActivateAsync(Ns, VariantWorld.OtherVersion, None);
        foreach (var world in new[] { tried, other })
        {
            await world.Engine.Placements.PutAsync(Ns, new() { PlacementId = "calm", PageSize = 3, Sources = [new(CandidateSource.Taste, 5)] }, "", "", validateOnly: false, None);
            await world.ActAsync(3, 0, 5);
        }

        await tried.PutAsync(VariantWorld.Experiment() with
        {
            Variants = [new("a", 0.001, "", []), new("b", 0.999, "calm", [new(CandidateSource.Session, 0)]) { ModelVersion = VariantWorld.OtherVersion }],
        });
        var list = await tried.Rig.ListAsync(VariantWorld.Request("u1") with { PageSize = 0 });
        var weights = SourceWeights.Default.With(CandidateSource.Session, 0);
        var expected = await other.Rig.ListAsync(VariantWorld.Request("u1") with { Placement = "calm", PageSize = 3, Sources = weights });
        Assert.Equal(("b", VariantWorld.OtherVersion, 3), (list.Variant, list.ModelVersion, list.Items.Count));
        Assert.Equal(Places(expected), Places(list));
    }

    [Fact]
    public async Task For_nobody_in_particular_it_is_the_controls_model()
    {
        await using var world = await VariantWorld.OpenAsync();
        await world.PutAsync(VariantWorld.Experiment() with { Control = "b" });
        var list = await world.ListAsync();
        Assert.Equal(("", VariantWorld.OtherVersion), (list.Variant, list.ModelVersion));
    }

    [Fact]
    public async Task Pages_of_a_list_go_on_when_the_experiment_stops()
    {
        await using var tried = await VariantWorld.OpenAsync();
        await tried.ActAsync(Users, 0, 5);
        await tried.PutAsync(VariantWorld.Experiment());
        var user = await UserOfAsync(tried, "b");
        var request = VariantWorld.Request(user) with { PageSize = 5 };
        var whole = await tried.ListAsync(user);
        var first = await tried.Rig.ListAsync(request);
        await tried.StopAsync();
        var second = await tried.Rig.ListAsync(request with { PageToken = first.NextPageToken });
        Assert.Equal((VariantWorld.OtherVersion, "b", ""), (second.ModelVersion, second.Variant, second.DegradedReason));
        Assert.Equal(whole.Items.Take(10).Select(item => (item.ItemId, item.Position, item.Score)), first.Items.Concat(second.Items).Select(item => (item.ItemId, item.Position, item.Score)));

        // It's let go, and the next event drops the users' slots of it.
        Assert.Null(tried.Engine.LiveModels.Find(Ns, VariantWorld.OtherVersion));
        Assert.Equal((VariantWorld.LiveVersion, ""), ((await tried.ListAsync(user)).ModelVersion, (await tried.ListAsync(user)).Variant));
        await tried.ActAsync(Users, 5, 6);
        Assert.Equal(tried.Engine.LiveModels.Of(Ns)!.Fingerprint, Assert.Single((await tried.Rig.StateAsync(user)).Slots).Fingerprint);
    }

    [Fact]
    public async Task The_live_model_flips_to_the_variants_version_and_away_and_the_variant_keeps_its_own()
    {
        await using var tried = await VariantWorld.OpenAsync();
        await using var other = await VariantWorld.OpenAsync();
        foreach (var world in new[] { tried, other })
        {
            await world.AddModelAsync(3);
            await world.ActAsync(Users, 0, 5);
        }

        await tried.PutAsync(VariantWorld.Experiment());
        await other.Engine.Models.ActivateAsync(Ns, VariantWorld.OtherVersion, None);
        var user = await UserOfAsync(tried, "b");
        var live = tried.Engine.LiveModels;
        var steps = 0;
        foreach (var version in new[] { VariantWorld.OtherVersion, "session-3", VariantWorld.LiveVersion })
        {
            await tried.Engine.Models.ActivateAsync(Ns, version, None);
            AssertSame(await other.ListAsync(user), await tried.ListAsync(user));
            Assert.Equal(version, (await tried.ListAsync(await UserOfAsync(tried, "a"))).ModelVersion);

            // In memory once.
            Assert.Same(live.Find(Ns, VariantWorld.OtherVersion), live.BesideOf(Ns, VariantWorld.OtherVersion));
            foreach (var world in new[] { tried, other }) await world.ActAsync(Users, 5 + steps, 6 + steps);
            steps++;
            AssertSame(await other.ListAsync(user), await tried.ListAsync(user));
        }

        // A live version that a variant names is no other one, until another is live.
        await tried.Engine.Models.RollBackAsync(Ns, None);
        await tried.PutAsync(VariantWorld.Experiment("session-3"));
        Assert.Same(live.Of(Ns), live.Find(Ns, "session-3"));
        await tried.Engine.Models.ActivateAsync(Ns, VariantWorld.LiveVersion, None);
        Assert.Equal("session-3", (await tried.ListAsync(user)).ModelVersion);
        await tried.StopAsync();
        Assert.Null(live.Find(Ns, "session-3"));
    }

    [Fact]
    public async Task A_model_that_is_none_or_damaged_is_refused_with_the_field_and_what_there_is()
    {
        await using var world = await VariantWorld.OpenAsync();
        var violation = Assert.Single(await world.Engine.Experiments.CheckAsync(Ns, VariantWorld.Experiment("session-9"), None));
        Assert.Equal("experiment.variants[1].model_version", violation.Field);
        Assert.EndsWith("there are session-2, session-1", violation.Description, StringComparison.Ordinal);
        var elsewhere = await world.Engine.Experiments.CheckAsync("elsewhere", VariantWorld.Experiment(), None);
        Assert.Contains("has none", Assert.Single(elsewhere, fault => fault.Field == violation.Field).Description);
        Damage(world, VariantWorld.OtherVersion);
        violation = Assert.Single(await world.Engine.Experiments.CheckAsync(Ns, VariantWorld.Experiment(), None));
        Assert.Equal("experiment.variants[1].model_version", violation.Field);
        Assert.Contains("doesn't pass its checks", violation.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_damaged_later_leaves_lists_to_the_live_one_which_say_so_until_it_is_whole_again()
    {
        await using var world = await VariantWorld.OpenAsync();
        await world.ActAsync(Users, 0, 5);
        await world.PutAsync(VariantWorld.Experiment());
        var (a, b) = (await UserOfAsync(world, "a"), await UserOfAsync(world, "b"));
        var whole = await world.ListAsync(b);
        var repair = Damage(world, VariantWorld.OtherVersion);
        await world.Rig.ReopenAsync();
        var list = await world.ListAsync(b);
        Assert.Equal((VariantWorld.LiveVersion, "b"), (list.ModelVersion, list.Variant));
        Assert.Equal("The model 'session-2' of the experiment's variant isn't loaded: the list is made by the live one.", list.DegradedReason);
        Assert.Contains(await world.ShelvesAsync(b), shelf => shelf is { Kind: ShelfKind.BecauseYouPlayed, List.DegradedReason.Length: > 0 });
        Assert.Equal("", (await world.ListAsync(a)).DegradedReason);

        // Not before its time.
        repair();
        Assert.NotEqual("", (await world.ListAsync(b)).DegradedReason);
        world.Rig.Time.Advance(TimeSpan.FromSeconds(1));
        var watch = Stopwatch.StartNew();
        while ((list = await world.ListAsync(b)).DegradedReason.Length > 0)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), "still by the live model");
            await Task.Delay(10);
        }

        Assert.Equal(whole.Items.Select(item => item.ItemId), list.Items.Select(item => item.ItemId));
    }

    [Fact]
    public async Task Old_models_that_a_running_experiment_names_are_kept()
    {
        await using var world = await VariantWorld.OpenAsync();
        await world.PutAsync(VariantWorld.Experiment());
        for (var seed = 3; seed <= 9; seed++) await world.AddModelAsync(seed, activate: true);
        Assert.Equal(["session-9", "session-8", "session-7", "session-6", "session-5", "session-2"], await VersionsAsync());
        await world.Rig.ReopenAsync();
        Assert.Equal(VariantWorld.OtherVersion, (await world.ListAsync(await UserOfAsync(world, "b"))).ModelVersion);
        await world.StopAsync();
        await world.AddModelAsync(10);
        Assert.Equal(["session-10", "session-9", "session-8", "session-7", "session-6"], await VersionsAsync());

        async Task<IEnumerable<string>> VersionsAsync() => (await world.Engine.Models.ListAsync(Ns, None)).Select(model => model.ModelVersion);
    }

    [Fact]
    public async Task While_the_experiments_cant_be_read_no_model_is_deleted()
    {
        await using var world = await VariantWorld.OpenAsync();
        await world.Rig.Sqlite.PutDocumentsAsync([new() { Collection = "experiments", Key = new(Ns, "all"), Content = "{"u8.ToArray() }], None);
        for (var seed = 3; seed <= 8; seed++) await world.AddModelAsync(seed);
        Assert.Equal(8, (await world.Engine.Models.ListAsync(Ns, None)).Count);
    }

    [Fact]
    public async Task Running_experiments_name_at_most_ten_models()
    {
        await using var world = await VariantWorld.OpenAsync();
        for (var i = 3; i <= 11; i++) await world.Engine.Models.RegisterAsync(Ns, world.CopyOfLiveArtefact($"copy-{i}"), None);

        var ten = VariantWorld.Experiment() with { Variants = [.. Enumerable.Range(1, 10).Select(i => new ExperimentVariant(i == 1 ? "a" : $"v{i}", 0.1, "", []) { ModelVersion = $"session-{i}" })] };
        await world.PutAsync(ten);
        await world.Engine.Placements.PutAsync(Ns, new() { PlacementId = "end" }, "", "", validateOnly: false, None);
        var error = await Assert.ThrowsAsync<EngineException>(() => world.PutAsync(VariantWorld.Experiment("session-11", "more", "end")));
        Assert.Equal((EngineErrorKind.FailedPrecondition, "TOO_MANY_MODELS"), (error.Kind, error.Reason));
        await world.PutAsync(VariantWorld.Experiment(id: "same", placement: "end"));
    }

    private static async Task<string> VariantOfAsync(VariantWorld world, string user) => (await world.ListAsync(user)).Variant;

    private static async Task<string> UserOfAsync(VariantWorld world, string variant)
    {
        for (var user = 0; user < Users; user++)
        {
            if (await VariantOfAsync(world, $"u{user}") == variant) return $"u{user}";
        }

        throw new InvalidOperationException($"Of {Users} users none has variant {variant}.");
    }

    /// <summary>Everything that says what is in the list and why.</summary>
    private static string Places(RankedList list) => JsonSerializer.Serialize(list.Items);

    private static void AssertSame(RankedList expected, RankedList actual)
    {
        Assert.Equal((expected.ModelVersion, expected.Personalized, expected.DegradedReason), (actual.ModelVersion, actual.Personalized, actual.DegradedReason));
        Assert.Equal(Places(expected), Places(actual));
    }

    private static void AssertSameShelves(IReadOnlyList<Shelf> expected, IReadOnlyList<Shelf> actual)
    {
        Assert.Equal(expected.Select(shelf => (shelf.Kind, shelf.List.ModelVersion)), actual.Select(shelf => (shelf.Kind, shelf.List.ModelVersion)));
        Assert.Contains(actual, shelf => shelf.Kind == ShelfKind.BecauseYouPlayed);
        foreach (var (one, other) in expected.Zip(actual)) Assert.Equal(Places(one.List), Places(other.List));
    }

    /// <summary>Changes a byte of a model's weights; what is returned puts it right.</summary>
    private static Action Damage(VariantWorld world, string version)
    {
        var path = Path.Combine(world.Rig.Temporary(Ns), version, SessionArtefact.WeightsFile);
        var bytes = File.ReadAllBytes(path);
        Write(0x40);
        return () => Write(0);

        void Write(byte mask)
        {
            var changed = (byte[])bytes.Clone();
            changed[^1] ^= mask;

            // What is loaded is mapped: a file of its own leaves that as it is.
            File.WriteAllBytes(path + ".new", changed);
            File.Move(path + ".new", path, overwrite: true);
        }
    }
}
