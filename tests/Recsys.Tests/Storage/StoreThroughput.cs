using System.Diagnostics;
using Recsys.Storage;
using Recsys.Storage.Sqlite;

namespace Recsys.Tests.Storage;

/// <summary>Measures the embedded store: <c>dotnet Recsys.Tests.dll store-throughput [FOLDER]</c>.</summary>
internal static class StoreThroughput
{
    private const int UserCount = 20_000;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(8);

    public static async Task<int> RunAsync(string folder)
    {
        string path = Path.Combine(folder, $"recsys-throughput-{Environment.ProcessId}.db");
        await using var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = path, DeleteOnDispose = true }, default);
        await MeasureAsync("batches of 1,000 users x 1 event, one caller", store, callers: 1, users: 1000);
        await MeasureAsync("batches of 1,000 users x 1 event, four callers", store, callers: 4, users: 1000);
        await MeasureAsync("1 user x 1 event, one caller", store, callers: 1, users: 1);
        await MeasureAsync("1 user x 1 event, 64 callers", store, callers: 64, users: 1);
        await MeasureReadsAsync(store);
        return 0;
    }

    private static async Task MeasureAsync(string what, SqliteStore store, int callers, int users)
    {
        long calls = 0;
        var latencies = new List<double>();
        var cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            while (Stopwatch.GetElapsedTime(start) < Duration)
            {
                int first = random.Next(UserCount);
                UserCommit[] commits = [.. Enumerable.Range(0, users).Select(i => Commit((first + i * 7) % UserCount, random))];
                long before = Stopwatch.GetTimestamp();
                await store.CommitAsync(commits, default);
                double ms = Stopwatch.GetElapsedTime(before).TotalMilliseconds;
                Interlocked.Increment(ref calls);
                lock (latencies)
                    latencies.Add(ms);
            }
        })));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double cpuMicroseconds = (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / (calls * users);
        latencies.Sort();
        Console.WriteLine($"{what}: {calls / seconds:n0} calls/s, {calls * users / seconds:n0} events/s, "
            + $"median {latencies[latencies.Count / 2]:n1} ms, 99 % {latencies[latencies.Count * 99 / 100]:n1} ms, {cpuMicroseconds:n0} us of processor time an event");
    }

    private static async Task MeasureReadsAsync(SqliteStore store)
    {
        var random = new Random(1);
        long users = 0;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Duration / 4)
        {
            UserLookup[] lookups = [.. Enumerable.Range(0, 1000).Select(i => new UserLookup(User((random.Next(UserCount) + i) % UserCount), [1, 2]))];
            await store.LoadAsync(lookups, 1, default);
            users += lookups.Length;
        }

        Console.WriteLine($"loads of 1,000 users: {users / Stopwatch.GetElapsedTime(start).TotalSeconds:n0} users/s");
    }

    private static UserKey User(int number) => new("default", $"user-{number}");

    private static UserCommit Commit(int user, Random random)
    {
        byte[] state = new byte[1500];
        random.NextBytes(state);
        return new UserCommit
        {
            User = User(user),
            ExpectedRevision = null,
            State = state,
            Appends = [new LogAppend(LogStream.Events, $"event-{random.NextInt64()}", (ulong)random.NextInt64(), state.AsMemory(0, 80))],
            ReceiveTimeMs = 1_700_000_000_000,
        };
    }
}
