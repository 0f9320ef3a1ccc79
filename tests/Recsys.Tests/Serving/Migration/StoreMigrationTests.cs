using System.Reflection;
using Recsys.Serving;
using Recsys.Serving.Events;
using Recsys.Serving.Migration;
using Recsys.Storage;
using Recsys.Storage.Sqlite;
using Recsys.Tests.Storage.Redis;

namespace Recsys.Tests.Serving.Migration;

/// <summary>Migrations between a real file and a real Redis.</summary>
public sealed class StoreMigrationTests(SharedRedis redis) : IClassFixture<SharedRedis>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Random_store_when_migrated_then_the_target_has_the_same_and_nothing_is_copied_again(int seed)
    {
        await using var rig = await MigrationRig.OpenAsync(redis.Process.Address);
        await rig.Sample.FillAsync(seed);
        await rig.PutModelAsync("default", "session-1");
        var newest = (await rig.File.ReadLogAsync(LogStream.Events, default, 1, newestFirst: true, default)).Entries[0].Sequence;

        var first = await rig.RunAsync();
        Assert.Equal(MigrationState.New, first.State);
        Assert.True(first.Report.IsEqual, string.Join('\n', first.Report.Differences));
        var expected = await MigrationSample.ReadAsync(rig.File);
        Assert.True(expected.Count(line => line.StartsWith("user", StringComparison.Ordinal)) == 54 && expected.Count > 3_500, $"{expected.Count} lines");
        Assert.Equal(expected, await MigrationSample.ReadAsync(rig.Redis));
        Assert.Contains(first.Report.Rows, row => row is { Name: "undone events", Source: > 5 });
        Assert.Contains(first.Report.Rows, row => row is { Name: "ids in duplicate windows", Source: > 100 });
        Assert.Contains(first.Report.Rows, row => row is { Name: "model files", Source: > 1 });
        // A marker of linked users names sequences of the source: those of the target come behind them.
        Assert.True((await rig.Redis.ReadUserLogAsync(new("a", "u7😀"), LogStream.Events, 0, 1, newestFirst: false, default)).All(entry => entry.Sequence > newest));

        var second = await rig.RunAsync();
        Assert.Equal(MigrationState.Completed, second.State);
        Assert.True(second.Report.IsEqual);
        Assert.Equal(0, second.Counts.UsersCopied);
    }

    [Fact]
    public async Task Store_on_redis_when_migrated_back_then_the_file_has_the_same()
    {
        await using var rig = await MigrationRig.OpenAsync(redis.Process.Address);
        await rig.Sample.FillAsync(3);
        await rig.PutModelAsync("a", "session-7");
        Assert.True((await rig.RunAsync()).Report.IsEqual);
        await using var file = await SqliteStore.OpenAsync(new() { Path = rig.Temporary("back.db") }, default);
        var back = await rig.RunAsync(rig.Target, new(file, "back.db", rig.Temporary("back.models")));
        Assert.True(back.Report.IsEqual, string.Join('\n', back.Report.Differences));
        Assert.Equal(await MigrationSample.ReadAsync(rig.File), await MigrationSample.ReadAsync(file));
        Assert.True(File.Exists(Path.Combine(rig.Temporary("back.models"), "a", "session-7", "manifest.json")));
    }

    [Fact]
    public async Task Event_when_sent_again_after_the_migration_then_the_target_knows_it()
    {
        await using var rig = await MigrationRig.OpenAsync(redis.Process.Address);
        var (user, now) = (new UserKey("default", "ana"), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        foreach (var (id, ago) in ((string, long)[])[("old", 25 * 3_600_000L), ("hour", 3_600_000), ("now", 0)])
        {
            LogAppend append = new(LogStream.Events, id, EventIdHash.Of(id), MigrationSample.Payload("ana", id, WatchEventType.Custom, now - ago));
            await rig.File.CommitAsync([new() { User = user, ExpectedRevision = null, Appends = [append], ReceiveTimeMs = now - ago }], default);
        }

        Assert.True((await rig.RunAsync()).Report.IsEqual);
        ulong[] hashes = [EventIdHash.Of("old"), EventIdHash.Of("hour"), EventIdHash.Of("now")];
        var known = (await rig.Redis.LoadAsync([new(user, hashes)], now, default))[0].KnownHashes;
        Assert.Equal(new[] { hashes[1], hashes[2] }.Order(), known.Order());
        // Each is forgotten when its own 24 hours are over.
        Assert.Equal([hashes[2]], (await rig.Redis.LoadAsync([new(user, hashes)], now + (23 * 3_600_000L) + 120_000, default))[0].KnownHashes);
    }

    [Fact]
    public async Task Target_when_it_holds_other_data_then_it_is_refused_and_left_as_it_was()
    {
        await using var rig = await MigrationRig.OpenAsync(redis.Process.Address);
        await rig.Sample.FillAsync(4, users: 5);
        await rig.Redis.PutDocumentsAsync([new() { Collection = "items", Key = new("default", "foreign"), Content = new byte[] { 1 } }], default);
        var before = await MigrationSample.ReadAsync(rig.Redis);
        var error = await Assert.ThrowsAsync<MigrationException>(() => rig.RunAsync());
        Assert.Contains("document 'foreign' of collection 'items'", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await MigrationSample.ReadAsync(rig.Redis));
        Assert.Null(await StoreMigration.FindUnfinishedAsync(rig.Redis, default));
    }

    [Fact]
    public async Task Target_when_it_holds_another_migration_then_it_is_refused()
    {
        await using var rig = await MigrationRig.OpenAsync(redis.Process.Address);
        await rig.Sample.FillAsync(5, users: 5);
        await rig.RunAsync();
        await using var other = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), default);
        await new MigrationSample(other).FillAsync(6, users: 5);
        var error = await Assert.ThrowsAsync<MigrationException>(() => rig.RunAsync(new(other, "other", "")));
        Assert.Contains("a migration from another store", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("payload")]
    [InlineData("undone")]
    [InlineData("state")]
    [InlineData("document")]
    [InlineData("added user")]
    [InlineData("missing user")]
    [InlineData("item number")]
    [InlineData("artefact")]
    public async Task Target_when_something_in_it_differs_then_checksums_differ_and_it_is_named(string what)
    {
        await using var rig = await MigrationRig.OpenAsync(redis.Process.Address);
        await rig.Sample.FillAsync(7);
        await rig.PutModelAsync("default", "session-1");
        Assert.True((await rig.RunAsync()).Report.IsEqual);
        var named = await MigrationDamage.InflictAsync(what, rig, redis.Process);
        var report = await rig.VerifyAsync();
        Assert.False(report.IsEqual);
        Assert.Contains(report.Rows, row => row.SourceChecksum != row.TargetChecksum);
        Assert.Contains(report.Differences, difference => difference.Contains(named, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{a.*}:users", "the target's list of the users of namespace 'a' lacks ")]
    [InlineData("namespaces", "the target's list of the users of namespace 'a' lacks ")]
    [InlineData("{items.*}:changes", "the target's list of changes of collection 'items' has ")]
    public async Task Target_when_a_list_in_it_is_gone_by_which_servers_find_what_it_holds_then_it_is_named(string pattern, string named)
    {
        const string Delete = "local n = 0 for _, key in ipairs(redis.call('KEYS', ARGV[1])) do n = n + redis.call('DEL', key) end return n";
        await using var rig = await MigrationRig.OpenAsync(redis.Process.Address);
        await rig.Sample.FillAsync(7);
        Assert.True((await rig.RunAsync()).Report.IsEqual);
        Assert.NotEqual("0", (await redis.Process.CliAsync("eval", Delete, "0", rig.Prefix + pattern)).Trim());
        var report = await rig.VerifyAsync();
        Assert.False(report.IsEqual);
        Assert.Contains(report.Differences, difference => difference.Contains(named, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Migration_when_cancelled_again_and_again_then_it_goes_on_and_the_target_is_the_same()
    {
        await using var rig = await MigrationRig.OpenAsync(redis.Process.Address);
        await rig.Sample.FillAsync(8);
        var gated = new GatedStore(rig.Redis);
        var commits = 0;
        for (var stopAfter = 1; stopAfter < 12; stopAfter += 3)
        {
            using var stop = new CancellationTokenSource();
            var left = stopAfter;
            gated.BeforeCommit = () =>
            {
                Interlocked.Increment(ref commits);
                if (Interlocked.Decrement(ref left) == 0) stop.Cancel();
                return Task.CompletedTask;
            };
            var migration = new StoreMigration(rig.Source, rig.Target with { Store = gated }, TimeProvider.System);
            await migration.BeginAsync(CancellationToken.None);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => migration.CopyAsync(stop.Token));
            Assert.NotNull(await StoreMigration.FindUnfinishedAsync(rig.Redis, default));
        }

        var (state, counts, report) = await rig.RunAsync();
        Assert.Equal(MigrationState.Resumed, state);
        Assert.True(commits > 4 && counts.UsersSkipped > 0, $"{commits} commits, {counts.UsersSkipped} skipped");
        Assert.True(report.IsEqual, string.Join('\n', report.Differences));
        Assert.Equal(await MigrationSample.ReadAsync(rig.File), await MigrationSample.ReadAsync(rig.Redis));
        Assert.Null(await StoreMigration.FindUnfinishedAsync(rig.Redis, default));
    }

    [Fact]
    public async Task Commit_when_its_answer_is_lost_then_the_copy_finds_it_and_doubles_nothing()
    {
        await using var rig = await MigrationRig.OpenAsync(redis.Process.Address);
        await rig.Sample.FillAsync(9);
        var gated = new GatedStore(rig.Redis) { LosesAnswers = true };
        var lost = 0;
        gated.BeforeCommit = () =>
        {
            if (Interlocked.Increment(ref lost) > 3) gated.LosesAnswers = false;
            return Task.CompletedTask;
        };
        var (_, _, report) = await rig.RunAsync(to: rig.Target with { Store = gated });
        Assert.True(report.IsEqual, string.Join('\n', report.Differences));
        Assert.Equal(await MigrationSample.ReadAsync(rig.File), await MigrationSample.ReadAsync(rig.Redis));
    }

    [Fact]
    public async Task Source_when_it_was_served_between_two_runs_then_what_it_got_meanwhile_is_copied_too()
    {
        await using var rig = await MigrationRig.OpenAsync(redis.Process.Address);
        await rig.Sample.FillAsync(10);
        var migration = new StoreMigration(rig.Source, rig.Target, TimeProvider.System);
        await migration.BeginAsync(CancellationToken.None);
        await migration.CopyAsync(CancellationToken.None);
        LogAppend append = new(LogStream.Events, "late", EventIdHash.Of("late"), new byte[] { 9 });
        await rig.File.CommitAsync([new() { User = new("a", "u7😀"), ExpectedRevision = null, State = new byte[] { 5 }, Appends = [append], ReceiveTimeMs = 1 }], default);
        var (state, counts, report) = await rig.RunAsync();
        Assert.Equal(MigrationState.Resumed, state);
        Assert.Equal((1, 1), (counts.UsersCopied, counts.Events));
        Assert.True(report.IsEqual, string.Join('\n', report.Differences));
    }

    [Fact]
    public async Task Profile_when_it_changed_between_two_runs_then_the_run_after_the_comparison_that_finds_it_copies_it()
    {
        await using var rig = await MigrationRig.OpenAsync(redis.Process.Address);
        await rig.Sample.FillAsync(11);
        var migration = new StoreMigration(rig.Source, rig.Target, TimeProvider.System);
        await migration.BeginAsync(CancellationToken.None);
        await migration.CopyAsync(CancellationToken.None);
        await rig.File.CommitAsync([new() { User = new("a", "u7😀"), ExpectedRevision = null, Profile = new byte[] { 5 }, ReceiveTimeMs = 1 }], default);
        var passedOver = await rig.RunAsync();
        Assert.False(passedOver.Report.IsEqual);
        var (state, counts, report) = await rig.RunAsync();
        Assert.Equal((MigrationState.Resumed, 1L), (state, counts.UsersCopied));
        Assert.True(report.IsEqual, string.Join('\n', report.Differences));
    }

    [Fact]
    public void Every_collection_of_the_engine_is_listed()
    {
        var collections = typeof(StoreCollections).Assembly.GetTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.IsLiteral && field.FieldType == typeof(string) && field.Name.EndsWith("Collection", StringComparison.Ordinal))
            .Select(field => (string)field.GetRawConstantValue()!)
            .ToList();
        Assert.Equal(collections.Order(), StoreCollections.All.Concat(StoreCollections.OfOneStore).Order());
        Assert.Equal(16, collections.Count);
    }
}
