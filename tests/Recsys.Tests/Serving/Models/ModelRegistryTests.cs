using Recsys.Inference.Artefacts;
using Recsys.Serving;

namespace Recsys.Tests.Serving.Models;

public sealed class ModelRegistryTests
{
    private const string Ns = ModelRig.Ns;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Models_are_numbered_in_turn_listed_newest_first_and_none_is_live_until_activated()
    {
        await using var rig = await ModelRig.OpenAsync();
        for (var i = 1; i <= 11; i++) Assert.Equal($"session-{i}", await rig.RegisterAsync(i));
        Assert.Equal(Enumerable.Range(1, 11).Reverse().Select(i => $"session-{i}"), (await rig.Models.ListAsync(Ns, None)).Select(model => model.ModelVersion));
        Assert.All(await rig.Models.ListAsync(Ns, None), model => Assert.False(model.Live));
        Assert.Null(rig.LiveVersion);
        Assert.Empty(await rig.Models.ListAsync("elsewhere", None));
        Assert.True((await rig.Models.ActivateAsync(Ns, "session-2", None)).Live);
        Assert.Equal("session-2", Assert.Single(await rig.Models.ListAsync(Ns, None), model => model.Live).ModelVersion);
        var model = await rig.Models.GetAsync(Ns, "session-2", None);
        Assert.Equal(12, model.ItemCount);
        Assert.Contains("\"embedding_size\"", model.SettingsJson, StringComparison.Ordinal);
        Assert.True(model.ArtefactBytes > 1_000);
    }

    [Theory]
    [InlineData(0, false)] // no ranker
    [InlineData(24, false)] // as the server counts
    [InlineData(48, true)]
    public async Task A_model_whose_ranker_knows_other_trending_counts_is_served_with_a_warning(int halfLifeHours, bool warns)
    {
        await using var rig = await ModelRig.OpenAsync();
        var artefact = await rig.NewArtefactAsync();
        var manifest = ArtefactManifest.Read(artefact);
        manifest = manifest with { Settings = manifest.Settings with { TrendingHalfLifeHours = halfLifeHours } };
        await File.WriteAllBytesAsync(Path.Combine(artefact, ArtefactManifest.FileName), manifest.ToJson(), None);
        var version = (await rig.Models.RegisterAsync(Ns, artefact, None)).ModelVersion;
        var warnings = (await rig.Models.ListAsync(Ns, None)).Single().Warnings;
        Assert.Equal(warns, warnings.Any(warning => warning.Contains("halve in 48 h; the server's halve in 24 h", StringComparison.Ordinal)));
        Assert.Equal(warnings, (await rig.Models.GetAsync(Ns, version, None)).Warnings);
    }

    [Fact]
    public async Task The_live_model_and_the_way_back_survive_a_restart()
    {
        await using var rig = await ModelRig.OpenAsync();
        for (var i = 1; i <= 3; i++) await rig.Models.ActivateAsync(Ns, await rig.RegisterAsync(i), None);
        foreach (var expected in new[] { "session-2", "session-1" })
        {
            await rig.ReopenAsync();
            Assert.True((await rig.Models.RollBackAsync(Ns, None)).Live);
            Assert.Equal(expected, rig.LiveVersion);
        }

        await rig.ReopenAsync();
        Assert.Equal("session-1", rig.LiveVersion);
        var refused = await Assert.ThrowsAsync<EngineException>(async () => await rig.Models.RollBackAsync(Ns, None));
        Assert.Equal((EngineErrorKind.FailedPrecondition, "NO_PREVIOUS_MODEL"), (refused.Kind, refused.Reason));
        Assert.Equal("session-1", rig.LiveVersion);
        Assert.Equal("session-4", await rig.RegisterAsync(4));
    }

    [Fact]
    public async Task An_artefact_from_elsewhere_when_added_is_copied_checked_and_made_live()
    {
        await using var rig = await ModelRig.OpenAsync();
        var artefact = await rig.NewArtefactAsync();
        Assert.False((await rig.Models.AddAsync(Ns, artefact, activate: false, None)).Live);
        Assert.Null(rig.LiveVersion);
        Assert.True((await rig.Models.AddAsync(Ns, artefact, activate: true, None)).Live);
        Assert.Equal("session-2", rig.LiveVersion);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(rig.ModelFolder, ".work")));
        Directory.Delete(artefact, recursive: true); // it was a copy
        await rig.ReopenAsync();
        Assert.Equal("session-2", rig.LiveVersion);
    }

    [Theory]
    [InlineData("weights.safetensors")]
    [InlineData("items.bin")]
    [InlineData("manifest.json")]
    public async Task An_artefact_from_elsewhere_when_damaged_is_refused_and_nothing_is_registered(string file)
    {
        await using var rig = await ModelRig.OpenAsync();
        var artefact = await rig.NewArtefactAsync();
        var bytes = await File.ReadAllBytesAsync(Path.Combine(artefact, file), None);
        bytes[bytes.Length / 2] ^= 0x55;
        await File.WriteAllBytesAsync(Path.Combine(artefact, file), bytes, None);
        await AssertRefusedAsync();
        File.Delete(Path.Combine(artefact, file));
        await AssertRefusedAsync();
        Assert.Empty(await rig.Models.ListAsync(Ns, None));
        Assert.Equal("session-1", (await rig.Models.AddAsync(Ns, await rig.NewArtefactAsync(seed: 2), activate: true, None)).ModelVersion);

        async Task AssertRefusedAsync()
        {
            var refused = await Assert.ThrowsAsync<EngineException>(() => rig.Models.AddAsync(Ns, artefact, activate: true, None));
            Assert.Equal((EngineErrorKind.FailedPrecondition, "MODEL_DAMAGED"), (refused.Kind, refused.Reason));
        }
    }

    [Fact]
    public async Task An_artefact_of_another_store_when_added_is_refused()
    {
        await using var rig = await ModelRig.OpenAsync();
        await using var other = await ModelRig.OpenAsync();
        var artefact = await other.NewArtefactAsync(itemCount: 20);
        await rig.NewArtefactAsync(itemCount: 12);
        var refused = await Assert.ThrowsAsync<EngineException>(() => rig.Models.AddAsync(Ns, artefact, activate: true, None));
        Assert.Contains("it was trained on other data", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_model_is_not_activated_and_the_live_one_stays()
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.Models.ActivateAsync(Ns, await rig.RegisterAsync(1), None);
        var damaged = await rig.RegisterAsync(2);
        rig.Damage(damaged);
        var refused = await Assert.ThrowsAsync<EngineException>(async () => await rig.Models.ActivateAsync(Ns, damaged, None));
        Assert.Equal((EngineErrorKind.FailedPrecondition, "MODEL_DAMAGED"), (refused.Kind, refused.Reason));
        Assert.Equal("session-1", rig.LiveVersion);
        var missing = await Assert.ThrowsAsync<EngineException>(async () => await rig.Models.ActivateAsync(Ns, "session-9", None));
        Assert.Equal(EngineErrorKind.NotFound, missing.Kind);
        await rig.ReopenAsync();
        Assert.Equal("session-1", rig.LiveVersion);
    }

    [Fact]
    public async Task The_newest_former_model_that_is_whole_serves_when_the_live_one_is_damaged_at_start()
    {
        await using var rig = await ModelRig.OpenAsync();
        for (var i = 1; i <= 4; i++) await rig.Models.ActivateAsync(Ns, await rig.RegisterAsync(i), None);
        rig.Damage("session-4");
        Directory.Delete(Path.Combine(rig.ModelFolder, Ns, "session-3"), recursive: true);
        await rig.ReopenAsync();
        Assert.Equal("session-2", rig.LiveVersion);
        Assert.True((await rig.Models.GetAsync(Ns, "session-2", None)).Live);
        Assert.Equal("session-1", (await rig.Models.RollBackAsync(Ns, None)).ModelVersion);
        rig.Damage("session-1");
        await rig.ReopenAsync();
        Assert.Null(rig.LiveVersion);
    }

    [Fact]
    public async Task A_model_of_another_namespace_is_refused()
    {
        await using var rig = await ModelRig.OpenAsync();
        var foreign = await rig.NewArtefactAsync(ns: "elsewhere");
        var version = (await rig.Models.RegisterAsync(Ns, foreign, None)).ModelVersion;
        var refused = await Assert.ThrowsAsync<EngineException>(async () => await rig.Models.ActivateAsync(Ns, version, None));
        Assert.Contains("namespace 'default'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_follow_the_switch_and_watchers_are_told()
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync(users: 1);
        var told = 0;
        using var watch = rig.Engine.Watch(new(Ns, "u0"), () => Interlocked.Increment(ref told));
        for (var i = 1; i <= 2; i++)
        {
            await rig.Models.ActivateAsync(Ns, await rig.RegisterAsync(i), None);
            var list = await rig.Engine.RecommendAsync(new() { Namespace = Ns, UserIds = ["u0"] }, None);
            Assert.Equal($"session-{i}", list.ModelVersion);
        }

        await rig.Models.RollBackAsync(Ns, None);
        Assert.Equal("session-1", (await rig.Engine.RecommendAsync(new() { Namespace = Ns, UserIds = ["u0"] }, None)).ModelVersion);
        Assert.Equal(1 + 3, told);
    }

    [Fact]
    public async Task Lists_go_on_without_an_error_while_models_are_switched()
    {
        await using var rig = await ModelRig.OpenAsync();
        await rig.PlayAsync(users: 4);
        string[] versions = [await rig.RegisterAsync(1), await rig.RegisterAsync(2)];
        await rig.Models.ActivateAsync(Ns, versions[0], None);
        using var stop = new CancellationTokenSource();
        var lists = Enumerable.Range(0, 4).Select(user => Task.Run(async () =>
        {
            var seen = new HashSet<string>();
            while (!stop.IsCancellationRequested)
            {
                var list = await rig.Engine.RecommendAsync(new() { Namespace = Ns, UserIds = [$"u{user}"] }, None);
                Assert.Contains(list.ModelVersion, versions);
                Assert.NotEmpty(list.Items);
                seen.Add(list.ModelVersion);
            }

            return seen;
        })).ToArray();
        for (var i = 0; i < 20; i++) await rig.Models.ActivateAsync(Ns, versions[i % 2], None);
        await stop.CancelAsync();
        await Task.WhenAll(lists);
    }
}
