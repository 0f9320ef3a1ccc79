using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Recsys.Serving.Archive;
using Recsys.Serving.Bytes;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Models;
using Recsys.Serving.Sessions;
using Recsys.Storage;
using Recsys.Storage.Sqlite;

namespace Recsys.Tests.Serving.Archive;

/// <summary>Measures archiving, and reading histories from the archive and from the store: <c>dotnet Recsys.Tests.dll archive-throughput EVENTS [FOLDER]</c>.</summary>
internal static class ArchiveThroughput
{
    private const string Ns = "default";
    private const int EventsPerUser = 100;
    private const int Items = 10_000;

    public static async Task<int> RunAsync(int events, string parent)
    {
        var folder = Path.Combine(parent, $"recsys-archive-throughput-{Environment.ProcessId}");
        var (archive, work) = (Path.Combine(folder, "archive"), Path.Combine(folder, "work"));
        Directory.CreateDirectory(folder);
        try
        {
            await using var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = Path.Combine(folder, "store.db") }, default);
            var items = await ItemNumbers.LoadAsync(store, default);
            var numbers = await items.ResolveAsync(Ns, [.. Enumerable.Range(0, Items).Select(i => $"item-{i}")], default);
            await MeasureAsync($"{events:N0} events of {events / EventsPerUser:N0} users stored", () => FillAsync(store, events, numbers));
            await using var archiver = new Archiver(store, items, new() { ModelFolder = "", Archive = archive }, TimeProvider.System, NullLogger.Instance);
            await MeasureAsync("archived", async () => await archiver.RunOnceAsync(default) ? events : 0);
            var files = Directory.GetFiles(archive, "*.parquet", SearchOption.AllDirectories);
            Console.WriteLine($"{files.Length} segments, {files.Sum(file => new FileInfo(file).Length) / 1e6:F0} MB");
            var reader = new ArchiveReader(store, archive, TimeProvider.System, NullLogger.Instance);
            await MeasureAsync("histories from the archive", () => CountAsync(new(store, new FoldRules(), TimeProvider.System, new(reader, () => new(work)))));
            await MeasureAsync("histories from the store", () => CountAsync(new(store, new FoldRules(), TimeProvider.System)));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<long> CountAsync(UserHistories histories)
    {
        var count = 0L;
        await foreach (var history in histories.ReadAsync(Ns, new(new Progress<TrainingProgress>(), 0, 1), default)) count += history.Interactions.Count;
        return count;
    }

    private static async Task<long> FillAsync(SqliteStore store, int events, uint[] numbers)
    {
        const int Users = 500;
        const int Appends = 10;
        var random = new Random(1);
        var writer = new CompactWriter();
        var (users, stored, time) = (events / EventsPerUser, 0L, 1_700_000_000_000L);
        while (stored < events)
        {
            var first = (int)(stored / Appends % users);
            var commits = new List<UserCommit>(Users);
            for (var i = 0; i < Users && stored < events; i++, stored += Appends)
            {
                var user = $"user-{(first + i) % users}";
                var appends = new LogAppend[Appends];
                for (var j = 0; j < Appends; j++)
                {
                    time += 5;
                    var e = new WatchEvent
                    {
                        UserId = user,
                        Type = WatchEventType.Play,
                        ItemId = "x",
                        SessionId = $"session-{first}",
                        EventTimeMs = time,
                        PositionMs = random.Next(90_000),
                        DurationMs = 90_000,
                    };
                    EventCodec.Encode(writer, e, numbers[random.Next(numbers.Length)], -1, time + 40);
                    appends[j] = new(LogStream.Events, $"event-{stored + j}", 0, writer.ToArray());
                }

                commits.Add(new() { User = new(Ns, user), ExpectedRevision = null, Appends = appends, ReceiveTimeMs = time });
            }

            // A user twice in one call, where there are fewer users than commits, isn't allowed.
            await store.CommitAsync([.. commits.DistinctBy(commit => commit.User)], default);
        }

        return stored;
    }

    private static async Task MeasureAsync(string what, Func<Task<long>> work)
    {
        GC.Collect();
        using var stop = new CancellationTokenSource();
        var before = Environment.WorkingSet;
        var peak = before;
        var watching = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                peak = Math.Max(peak, Environment.WorkingSet);
                await Task.Delay(20, CancellationToken.None);
            }
        });
        var clock = Stopwatch.StartNew();
        var count = await work();
        var seconds = clock.Elapsed.TotalSeconds;
        await stop.CancelAsync();
        await watching;
        Console.WriteLine($"{what}: {count:N0} in {seconds:F1} s, working set {before / 1e6:F0} MB before, at most {peak / 1e6:F0} MB");
    }
}
