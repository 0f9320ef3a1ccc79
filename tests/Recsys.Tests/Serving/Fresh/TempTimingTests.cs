using System.Diagnostics;
using Recsys.Inference.Ranker;
using Recsys.Inference.Taste;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Lists;

namespace Recsys.Tests.Serving.Fresh;

public sealed class TempTimingTests
{
    [Fact]
    public async Task Times()
    {
        const int n = 100_000;
        await using var rig = await EngineRig.OpenAsync();
        string[] ids = [.. Enumerable.Range(0, n).Select(i => $"i{i}")];
        var random = new Random(1);
        foreach (var chunk in Enumerable.Range(0, n).Chunk(5_000)) await rig.PutItemsAsync([.. chunk.Select(i => Item(ids[i]))]);
        float[] vectors = [.. Enumerable.Range(0, n * 32).Select(_ => random.NextSingle() - 0.5f)];
        var f = RankerTable.FeatureCount;
        float[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => 0.1f * (random.NextSingle() - 0.2f))];
        var ranker = new RankerWeights(Some(f), Some(f), Some(f), Some(32 * f), Some(32), Some(16 * 32), Some(16), Some(16));
        var watch = Stopwatch.StartNew();
        await rig.GoLiveAsync("m", ids, size: 64, extras: new(new(new(vectors, 32), new TasteOptions { Dimensions = 32, UnobservedWeight = 0.1f, StrengthWeight = 2 }), Ranker: ranker));
        await rig.WriteAsync([.. Enumerable.Range(0, 30).Select(i => rig.Like("u", ids[i * 77]))]);
        var text = "";
        foreach (var cold in (int[])[0, 1_000, 10_000])
        {
            watch.Restart();
            var have = cold == 10_000 ? 1_000 : 0;
            if (cold > 0) await rig.PutItemsAsync([.. Enumerable.Range(have, cold - have).Select(i => Item($"new-{i}"))]);
            var upsert = watch.ElapsedMilliseconds;
            foreach (var weight in (float[])[0, 1])
            {
                var times = new List<double>();
                for (var i = 0; i < 60; i++)
                {
                    var start = Stopwatch.GetTimestamp();
                    await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], PageSize = 20, Sources = SourceWeights.Default.With(CandidateSource.Fresh, weight) });
                    times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }

                times.Sort();
                text += $"TIMES cold {cold} weight {weight}: min {times[0]:f2} p25 {times[15]:f2} median {times[30]:f2} ms, upsert {upsert} ms\n";
            }
        }

        Assert.Fail(text);
    }

    private static CatalogueItem Item(string id)
    {
        var i = Math.Abs(id.GetHashCode(StringComparison.Ordinal));
        return new()
        {
            ItemId = id, Kind = ItemKind.Film, Title = $"The story number {i % 5_000}", Genres = [$"genre {i % 20}", $"genre {i % 7}"], Tags = [$"tag {i % 101}", $"tag {i % 1_003}"],
            Creators = [$"maker {i % 5_003}"], Languages = ["en"],
        };
    }
}
