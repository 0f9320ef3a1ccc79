using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Recsys.Server.Hosting;
using Recsys.ServerTests.Running;
using Recsys.Storage;
using Recsys.Tests.Redis;

namespace Recsys.ServerTests.Redis;

/// <summary>A server that starts on Redis: waits for it, and refuses what waiting can't mend, in one line.</summary>
public sealed class RedisStartTests
{
    [Theory]
    [InlineData("redis://user:secret@127.0.0.1:6379")]
    [InlineData("127.0.0.1:6379,password=secret")]
    [InlineData("secret@127.0.0.1")]
    public async Task Address_with_a_password_when_given_is_refused_and_never_repeated(string redis)
    {
        var refused = await RefusedAsync(new() { Redis = redis });
        Assert.Contains("must be addresses HOST:PORT", refused, StringComparison.Ordinal);
        Assert.Contains("RECSYS_REDIS_PASSWORD", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_when_they_would_be_without_effect_are_refused()
    {
        Assert.Contains("Replicated needs Redis", await RefusedAsync(new() { Durability = StoreDurability.Replicated }), StringComparison.Ordinal);
        Assert.Contains("RedisTlsAuthority: needs RedisTls", await RefusedAsync(new() { Redis = "127.0.0.1:1", RedisTlsAuthority = "/nope.pem" }), StringComparison.Ordinal);
        Assert.Contains("there is no file /nope.pem", await RefusedAsync(new() { Redis = "127.0.0.1:1", RedisTls = true, RedisTlsAuthority = "/nope.pem" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_when_it_comes_after_the_server_is_waited_for_and_a_bad_account_is_not()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        await redis.KillAsync();
        var options = new RedisOptions { Redis = $"localhost:{redis.Port},[::1]:{redis.Port}", Durability = StoreDurability.Memory };
        Assert.Contains("no connection", await RefusedAsync(options with { RedisWaitSeconds = 0 }), StringComparison.Ordinal);

        var log = new CleanLogScope();
        var starting = RunningServer.StartAsync(redis: options, services: services => services.AddLogging(logging => logging.AddProvider(log)));
        await Eventually.HoldsAsync(() => log.Lines.Any(line => line.Contains("Waiting for the store, at most ", StringComparison.Ordinal)), "it says what it waits for");
        Assert.False(starting.IsCompleted);
        await redis.StartAgainAsync();
        await using (var server = await starting.WaitAsync(Eventually.Deadline))
        {
            await server.Clients.Events.WriteEventsAsync(Sample.Write(Sample.Play("u", "i")));
        }

        await redis.CliAsync("config", "set", "requirepass", "secret");
        var refused = RefusedAsync(options with { RedisWaitSeconds = 3_600 });
        Assert.Contains("wants a password", await refused.WaitAsync(Eventually.Deadline), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_of_another_program_when_found_while_starting_is_said_in_a_line()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        await redis.CliAsync("set", "recsys:namespaces", "theirs");
        var refused = await RefusedAsync(new() { Redis = redis.Address, Durability = StoreDurability.Memory });
        Assert.Contains("another program uses the same prefix. Choose another prefix", refused, StringComparison.Ordinal);
    }

    private static async Task<string> RefusedAsync(RedisOptions redis)
    {
        var refused = await Assert.ThrowsAsync<StartupException>(() => RunningServer.StartAsync(redis: redis));
        Assert.DoesNotContain('\n', refused.Message);
        return refused.Message;
    }
}
