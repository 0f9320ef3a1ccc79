using System.Globalization;
using Recsys.ServerTests.Commands;
using Recsys.ServerTests.Running;
using Recsys.Tests.Redis;
using Recsys.V1;

namespace Recsys.ServerTests.Redis;

/// <summary>How `recsys serve` comes to Redis: TLS, user and password, database and prefix; and that the password is nowhere to be read.</summary>
[Collection(AloneCollection.Name)]
public sealed class RedisAccessTests : IDisposable
{
    private const string Password = "p4ssw0rd-that-nobody-may-read";
    private const string WrongPassword = "wr0ng-that-nobody-may-read-either";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Redis_over_tls_when_its_authority_is_given_then_it_serves_and_any_other_certificate_is_refused_in_words()
    {
        using var authority = new CertificateFiles(_folder.Path, "the authority");
        using var other = new CertificateFiles(_folder.Path, "another authority");
        var (port, strangePort) = (FreePort(), FreePort());
        await using var redis = await RedisProcess.StartAsync(authority.RedisSettings("", port));
        await using var strange = await RedisProcess.StartAsync(authority.RedisSettings("elsewhere.example", strangePort));
        await redis.CliAsync("acl", "setuser", "app", "on", ">" + Password, "~*", "&*", "+@all");

        await using (var server = await RedisReplica.StartAsync(
            Local(port), "--redis-tls", "--redis-tls-authority", authority.AuthorityFile, "--redis-user", "app", "--redis-password", Password, "--log-level", "Trace"))
        {
            await AcceptsAsync(server.Clients, Sample.Play("viewer", "film"));
            Assert.NotEqual("0", (await redis.CliAsync("exists", "recsys:store")).Trim());
            // Also not where the connection breaks and comes back.
            await redis.CliAsync("client", "kill", "type", "normal");
            await Eventually.HoldsAsync(
                async () => (await server.Clients.Events.WriteEventsAsync(Sample.Write(Sample.Play("viewer", "again", "e")))).Acks[0].Error is null, "it's connected again");
            Assert.DoesNotContain(Password, server.Process.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(Password, await redis.LogAsync(), StringComparison.Ordinal);
        }

        var wrongAuthority = await RefusedAsync(["--redis", Local(port), "--redis-tls", "--redis-tls-authority", other.AuthorityFile]);
        Assert.Contains("it can't be trusted: its certificate (CN=redis, issued by CN=the authority) isn't signed by the given authority", wrongAuthority, StringComparison.Ordinal);
        var system = await RefusedAsync(["--redis", Local(port), "--redis-tls"]);
        Assert.Contains("it can't be trusted: its certificate (CN=redis) isn't one that this system trusts", system, StringComparison.Ordinal);
        var wrongName = await RefusedAsync(["--redis", Local(strangePort), "--redis-tls", "--redis-tls-authority", authority.AuthorityFile]);
        Assert.Contains("it can't be trusted: its certificate (CN=redis) isn't for the host name that it's reached by", wrongName, StringComparison.Ordinal);
        var noFile = await RefusedAsync(["--redis", Local(port), "--redis-tls", "--redis-tls-authority", _folder.File("missing.pem")]);
        Assert.Contains("missing.pem", noFile, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder.File("empty.pem"), "no certificate");
        Assert.Contains("holds no certificate", await RefusedAsync(["--redis", Local(port), "--redis-tls", "--redis-tls-authority", _folder.File("empty.pem")]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task User_or_password_when_wrong_then_it_is_said_and_the_password_is_not(bool defaultUserIsOpen)
    {
        await using var redis = await RedisProcess.StartAsync();
        await redis.CliAsync("acl", "setuser", "app", "on", ">" + Password, "~*", "&*", "+@all");
        if (!defaultUserIsOpen) await redis.CliAsync("acl", "setuser", "default", "resetpass", ">" + Password);
        foreach (var user in (string[])["app", "nobody"])
        {
            var refused = await RefusedAsync(["--redis", redis.Address, "--redis-user", user], WrongPassword);
            Assert.Contains($"Redis refuses user \"{user}\" with the given password", refused, StringComparison.Ordinal);
        }

        if (!defaultUserIsOpen)
        {
            Assert.Contains("Redis refuses the password.", await RefusedAsync(["--redis", redis.Address], WrongPassword), StringComparison.Ordinal);
            Assert.Contains("Redis wants a password, and none is given.", await RefusedAsync(["--redis", redis.Address]), StringComparison.Ordinal);
        }

        await using var server = await RedisReplica.StartAsync(redis.Address, "--redis-user", "app", "--redis-password", Password);
        await AcceptsAsync(server.Clients, Sample.Play("viewer", "film"));
    }

    [Theory]
    [InlineData("--redis-database", "3")]
    [InlineData("--redis-prefix", "other:")]
    public async Task Stores_when_they_differ_by_database_or_prefix_then_neither_sees_the_other(string option, string value)
    {
        await using var redis = await RedisProcess.StartAsync();
        await using var first = await RedisReplica.StartAsync(redis.Address);
        await using var second = await RedisReplica.StartAsync(redis.Address, option, value);
        await AcceptsAsync(first.Clients, Sample.Play("viewer", "in the first"));
        await AcceptsAsync(second.Clients, Sample.Play("viewer", "in the second"));
        Assert.Equal(["in the first"], (await first.Clients.Users.GetUserAsync(new GetUserRequest { UserId = "viewer" })).State.RecentItemIds);
        Assert.Equal(["in the second"], (await second.Clients.Users.GetUserAsync(new GetUserRequest { UserId = "viewer" })).State.RecentItemIds);
        await first.Clients.Users.DeleteUserAsync(new DeleteUserRequest { UserId = "viewer" });
        Assert.Equal(["in the second"], (await second.Clients.Users.GetUserAsync(new GetUserRequest { UserId = "viewer" })).State.RecentItemIds);
    }

    private static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task AcceptsAsync(Running.Clients clients, Event e) =>
        Assert.Equal(EventAck.ResultOneofCase.Accepted, (await clients.Events.WriteEventsAsync(Sample.Write(e))).Acks.Single().ResultCase);

    /// <summary>What a server that doesn't start says: one line, without a stack and without a password.</summary>
    private async Task<string> RefusedAsync(string[] arguments, string? password = null)
    {
        (string, string)[] environment = password is null ? [] : [("RECSYS_REDIS_PASSWORD", password)];
        var run = await CommandRun.RunAsync(_folder.Path, ["serve", "--grpc-port", "0", "--rest-port", "0", "--log-level", "Trace", .. arguments], _ => Task.CompletedTask, environment);
        Assert.Equal(1, run.ExitCode);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        if (password is not null) Assert.DoesNotContain(password, run.Output + run.Error, StringComparison.Ordinal);
        return run.Error;
    }
}
