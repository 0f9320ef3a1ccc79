using System.Globalization;
using System.Text.RegularExpressions;
using Recsys.ServerTests.Running;
using Xunit.Abstractions;

namespace Recsys.ServerTests.Faults;

/// <summary>Each acknowledgement follows a sync to disk, as strace sees it.</summary>
[Collection(AloneCollection.Name)]
[Trait("Category", "Slow")]
public sealed partial class SyncTests(ITestOutputHelper output)
{
    private const int Events = 100;

    [Fact]
    public async Task Ack_when_it_arrives_follows_a_sync_of_its_own()
    {
        if (!File.Exists("/usr/bin/strace"))
        {
            output.WriteLine("skipped: there is no strace");
            return;
        }

        using var folder = new TemporaryFolder();
        var trace = folder.File("trace");
        var windows = new List<(double Sent, double Acked)>();
        await using (var server = await ServerProcess.StartAsync(
            folder.File("store.db"), under: ["strace", "-f", "-y", "-ttt", "-T", "-e", "trace=fdatasync,fsync", "-o", trace]))
        {
            await using var stream = new Duplex(server.Clients);
            for (var i = 1; i <= Events; i++)
            {
                var sent = Now();
                await stream.SendAsync(Sample.Sequenced((ulong)i, Sample.Play("u", $"i{i % 7}", $"e{i}")));
                await stream.AcksAsync(i);
                windows.Add((sent, Now()));
            }

            await stream.FinishAsync();
            Assert.Equal(0, await server.TerminateAsync());
        }

        var syncs = Syncs(await File.ReadAllLinesAsync(trace)).ToArray();
        var without = windows.Count(window => !syncs.Any(sync => sync.Start >= window.Sent && sync.End <= window.Acked));
        output.WriteLine($"{Events} acks one by one, {syncs.Length} syncs of the store, {without} acks without a sync between event and ack");
        Assert.Equal(0, without);
        Assert.True(syncs.Length >= Events);
    }

    private static double Now() => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    /// <summary>When each finished sync of the store's files began and ended, in Unix seconds.</summary>
    private static IEnumerable<(double Start, double End)> Syncs(IEnumerable<string> lines)
    {
        var begun = new Dictionary<string, double>();
        foreach (var line in lines)
        {
            if (Whole().Match(line) is { Success: true } whole)
            {
                var start = Number(whole.Groups["time"].Value);
                yield return (start, start + Number(whole.Groups["took"].Value));
            }
            else if (Begun().Match(line) is { Success: true } beginning)
            {
                begun[beginning.Groups["thread"].Value] = Number(beginning.Groups["time"].Value);
            }
            else if (Resumed().Match(line) is { Success: true } end && begun.Remove(end.Groups["thread"].Value, out var start))
            {
                yield return (start, start + Number(end.Groups["took"].Value));
            }
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<thread>\d+)\s+(?<time>[\d.]+) f(data)?sync\(\d+<[^>]*store\.db[^>]*>\)\s*= 0 <(?<took>[\d.]+)>")]
    private static partial Regex Whole();

    [GeneratedRegex(@"^(?<thread>\d+)\s+(?<time>[\d.]+) f(data)?sync\(\d+<[^>]*store\.db[^>]*> ?<unfinished")]
    private static partial Regex Begun();

    [GeneratedRegex(@"^(?<thread>\d+)\s+(?<time>[\d.]+) <\.\.\. f(data)?sync resumed>.*= 0 <(?<took>[\d.]+)>")]
    private static partial Regex Resumed();
}
