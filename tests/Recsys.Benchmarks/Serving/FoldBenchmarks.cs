using BenchmarkDotNet.Attributes;
using Recsys.Serving.Events;

namespace Recsys.Benchmarks.Serving;

/// <summary>One event into the state of a user with a ring of 200, from stored bytes to bytes to store: decode, fold, one step of the network, encode.</summary>
public class FoldBenchmarks
{
    private ServingSample _sample = null!;
    private UserBatch _like = null!;
    private UserBatch _heartBeat = null!;

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _sample = await ServingSample.OpenAsync(10_000);
        var e = new WatchEvent { UserId = "user", Type = WatchEventType.Like, ItemId = "item-5", EventTimeMs = ServingSample.NowMs };
        _like = _sample.BatchOf(e);
        _heartBeat = _sample.BatchOf(e with { Type = WatchEventType.PlayProgress, PositionMs = 60_000 });
    }

    [GlobalCleanup]
    public async Task CleanupAsync() => await _sample.DisposeAsync();

    [Benchmark]
    public bool Interaction() => Fold(_like);

    [Benchmark]
    public bool HeartBeat() => Fold(_heartBeat);

    private bool Fold(UserBatch batch) => _sample.Folder.FoldAsync(batch, _sample.Record, ServingSample.NowMs, CancellationToken.None).IsCompletedSuccessfully;
}
