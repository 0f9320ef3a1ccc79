using System.Text.Json;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Hosting;

/// <summary>`recsys serve` as a process.</summary>
public sealed class ServeCommandTests
{
    [Fact]
    public async Task Server_when_terminated_loses_nothing_and_exits_with_zero()
    {
        using var folder = new TemporaryFolder();
        var ready = folder.File("ready.json");
        var acknowledged = 0;
        await using (var server = await ServerProcess.StartAsync(folder.File("store.db"), ["--ready-file", ready]))
        {
            using (var addresses = JsonDocument.Parse(await File.ReadAllTextAsync(ready)))
                Assert.Equal(server.Channel.Target, new Uri(addresses.RootElement.GetProperty("grpc").GetString()!).Authority);
            await using var stream = new Duplex(server.Clients);
            for (var message = 0; message < 20; message++)
                await stream.SendAsync([.. Enumerable.Range(message * 500, 500).Select(i => Sample.Sequenced((ulong)i, Sample.Play($"u{i % 10}", "a", $"e{i}")))]);
            await stream.AcksAsync(1);
            Assert.Equal(0, await server.TerminateAsync());
            await Assert.ThrowsAsync<Grpc.Core.RpcException>(stream.EndAsync);
            acknowledged = stream.Acks.Count(ack => ack.ResultCase == EventAck.ResultOneofCase.Accepted);
            Assert.Equal(stream.Acks.Count, acknowledged);
            Assert.Contains("Stopped", server.Output, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(ready));
        await using var again = await RunningServer.StartAsync(folder: folder);
        var stored = 0;
        for (var user = 0; user < 10; user++)
        {
            var log = await again.Host.Store.ReadUserLogAsync(new("default", $"u{user}"), Storage.LogStream.Events, 0, 100_000, newestFirst: false, CancellationToken.None);
            Assert.Distinct(log.Select(entry => entry.EventId));
            stored += log.Count;
        }

        Assert.Equal(acknowledged, stored);
    }

    [Fact]
    public async Task Server_when_it_cannot_start_says_why_without_a_stack_trace()
    {
        using var folder = new TemporaryFolder();
        var (code, output) = await ServerProcess.RunAsync("serve", "--db", folder.File("store.db"), "--bind-address", "0.0.0.0", "--grpc-port", "0", "--rest-port", "0");
        Assert.Equal(1, code);
        Assert.Contains("Refusing to listen on 0.0.0.0", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        (code, output) = await ServerProcess.RunAsync("serve", "--grpc-port", "many");
        Assert.Equal(1, code);
        Assert.Contains("--grpc-port", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_when_asked_for_explains_every_setting()
    {
        var (code, output) = await ServerProcess.RunAsync("serve", "--help");
        Assert.Equal(0, code);
        Assert.All(Server.Hosting.Setting.All, setting =>
        {
            Assert.Contains(setting.Flag, output, StringComparison.Ordinal);
            Assert.Contains(setting.Variable, output, StringComparison.Ordinal);
        });
        Assert.Contains("Default: 7080", output, StringComparison.Ordinal);
    }
}
