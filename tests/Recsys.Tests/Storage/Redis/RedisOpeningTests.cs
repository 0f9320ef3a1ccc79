using Recsys.Storage;
using Recsys.Storage.Redis;
using Recsys.Tests.Redis;

namespace Recsys.Tests.Storage.Redis;

/// <summary>Why a store on Redis can't be opened, said so that who wrote the settings knows which one to change. What waiting can't mend is no outage.</summary>
public sealed class RedisOpeningTests
{
    [Fact]
    public async Task Account_when_it_is_not_the_right_one_is_refused_by_name()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        var options = RedisSample.Options(redis.Address);
        await redis.CliAsync("acl", "setuser", "named", "on", ">right", "~*", "&*", "+@all");
        await redis.CliAsync("config", "set", "requirepass", "secret");
        await using (await RedisStore.OpenAsync(options with { User = "named", Password = "right" }, default))
        {
        }

        await RefusedAsync<ArgumentException>(options with { User = "named", Password = "wrong" }, "Redis refuses user \"named\" with the given password");
        await RefusedAsync<ArgumentException>(options, "wants a password, and none is given");
        await redis.CliAsync("--user", "named", "--pass", "right", "acl", "setuser", "named", "-@scripting");
        await RefusedAsync<ArgumentException>(options with { User = "named", Password = "right", Prefix = "new:" }, "doesn't let this user do what a store needs");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Port_when_it_is_another_is_an_outage_that_says_so()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        var options = RedisSample.Options(redis.Address);
        await RefusedAsync<StoreUnavailableException>(options with { Tls = true }, "doesn't answer as one with TLS does");
        await RefusedAsync<ArgumentException>(options with { Tls = true, TlsCertificateAuthority = "/nope.pem" }, "/nope.pem");
        await redis.KillAsync();
        await RefusedAsync<StoreUnavailableException>(options, "no connection. Is Redis running there");
    }

    [Fact]
    public async Task Database_when_it_is_not_there_is_refused()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        await RefusedAsync<ArgumentException>(RedisSample.Options(redis.Address) with { Database = 99 }, "has no database 99: it has 0 to 15");
        await using var node = await RedisProcess.StartAsync("appendonly", "no", "cluster-enabled", "yes");
        await RefusedAsync<ArgumentException>(RedisSample.Options(node.Address) with { Database = 1 }, "a Cluster, which has database 0 only");
    }

    [Fact]
    public async Task Prefix_when_another_program_has_keys_under_it_is_refused()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        await redis.CliAsync("set", "other:store", "theirs");
        await redis.CliAsync("set", "late:erasures", "theirs");
        await RefusedAsync<StoreFormatException>(RedisSample.Options(redis.Address) with { Prefix = "other:" }, "under the prefix \"other:\". Choose another prefix");
        await RefusedAsync<StoreFormatException>(RedisSample.Options(redis.Address) with { Prefix = "late:" }, "under the prefix \"late:\". Choose another prefix");
    }

    [Theory]
    [InlineData("Timeout awaiting response (outbound=0KiB, inbound=0KiB, 2003ms elapsed)", "Timeout awaiting response")]
    [InlineData("The server (10.0.0.1) is gone, sorry", "The server (10.0.0.1) is gone")]
    [InlineData("Plain", "Plain")]
    public void Message_when_cut_off_ends_before_a_bracket_that_stays_open(string message, string kept) =>
        Assert.Equal($"Redis didn't answer in time: {kept}", RedisErrors.Translate(new TimeoutException(message))!.Message);

    private static async Task RefusedAsync<T>(RedisStoreOptions options, string reason)
        where T : Exception
    {
        var refused = await Assert.ThrowsAsync<T>(() => RedisStore.OpenAsync(options, default));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }
}
