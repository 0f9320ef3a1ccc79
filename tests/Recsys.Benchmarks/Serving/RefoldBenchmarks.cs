using BenchmarkDotNet.Attributes;
using Recsys.Serving.Bytes;
using Recsys.Serving.Events;
using Recsys.Serving.Sessions;
using Recsys.Storage;
using Recsys.Storage.Sqlite;

namespace Recsys.Benchmarks.Serving;

/// <summary>What a late event or an undo costs: reading the user's newest log entries and making the state anew from them.</summary>
public class RefoldBenchmarks
{
    private static readonly UserKey User = new("default", "user");
    private SqliteStore _store = null!;
    private Refold _refold = null!;

    /// <summary>Events in the user's log.</summary>
    [Params(200, 2_000, 20_000)]
    public int Events { get; set; }

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), CancellationToken.None);
        _refold = new(_store, new FoldRules());
        var writer = new CompactWriter();
        var appends = new List<LogAppend>();
        for (var i = 0; i < Events; i++)
        {
            var play = new WatchEvent
            {
                UserId = User.UserId,
                Type = WatchEventType.Play,
                ItemId = "item",
                EventTimeMs = 1_700_000_000_000 + i * 600_000L,
                PositionMs = 500_000,
                DurationMs = 600_000,
            };
            EventCodec.Encode(writer, play, item: (uint)(1 + i * 7 % 5_000), catalogueDurationMs: -1, receiveTimeMs: play.EventTimeMs);
            appends.Add(new(LogStream.Events, "", 0, writer.Written.ToArray()));
        }

        await _store.CommitAsync([new UserCommit { User = User, ExpectedRevision = null, Appends = appends, ReceiveTimeMs = 1 }], CancellationToken.None);
    }

    [GlobalCleanup]
    public async Task CleanupAsync() => await _store.DisposeAsync();

    [Benchmark]
    public async Task<long> ReadAndFoldAsync()
    {
        var entries = await _refold.ReadAsync(User, CancellationToken.None);
        return _refold.FromLog(entries, undone: null, added: [], known: null).InteractionCount;
    }
}
