using System.Net.Sockets;
using Grpc.Net.Client;
using Recsys.Server.Hosting;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Hosting;

public sealed class HostTests
{
    [Fact]
    public async Task Network_address_when_there_is_no_key_is_refused_with_the_way_out()
    {
        using var folder = new TemporaryFolder();
        var exception = await Assert.ThrowsAsync<StartupException>(() => RunningServer.StartAsync(serve => serve with { BindAddress = "0.0.0.0" }, folder: folder));
        Assert.Contains("recsys keys create", exception.Message, StringComparison.Ordinal);
        Assert.Contains("--allow-anonymous-network", exception.Message, StringComparison.Ordinal);

        // The refusal left the store free and whole.
        await using (var told = await RunningServer.StartAsync(serve => serve with { BindAddress = "0.0.0.0", AllowAnonymousNetwork = true }, folder: folder))
        {
            Assert.Contains(told.Log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("0.0.0.0", StringComparison.Ordinal));
            var request = new CreateApiKeyRequest { Scopes = { ApiScope.Read }, Namespaces = { "*" } };
            await told.Clients.Access.CreateApiKeyAsync(request);
        }

        await using var keyed = await RunningServer.StartAsync(serve => serve with { BindAddress = "0.0.0.0" }, folder: folder);
    }

    [Fact]
    public async Task Store_when_a_server_holds_it_is_refused_with_its_address()
    {
        using var folder = new TemporaryFolder();
        await using var server = await RunningServer.StartAsync(folder: folder);
        var exception = await Assert.ThrowsAsync<StartupException>(() => RunningServer.StartAsync(folder: folder));
        Assert.Contains(server.Host.Addresses.Grpc!.OriginalString, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_when_taken_is_refused_by_name()
    {
        await using var server = await RunningServer.StartAsync();
        var port = server.Host.Addresses.Grpc!.Port;
        var exception = await Assert.ThrowsAsync<StartupException>(() => RunningServer.StartAsync(serve => serve with { GrpcPort = port }));
        Assert.Contains($"{port}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_for_a_command_when_started_is_reached_through_its_socket_only()
    {
        using var folder = new TemporaryFolder();
        var socket = folder.File("s");
        await using (var host = await RecsysHost.StartAsync(ServeOptions.ForCommand(folder.File("store.db"), socket), CancellationToken.None))
        {
            Assert.Null(host.Addresses.Grpc);
            Assert.Null(host.Addresses.Rest);
            using var channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
            {
                HttpHandler = new SocketsHttpHandler { ConnectCallback = (_, token) => ConnectAsync(socket, token) },
                DisposeHttpClient = true,
            });
            var clients = new Clients(channel.CreateCallInvoker());
            await clients.Events.WriteEventsAsync(Sample.Write(Sample.Play("u", "a")));
        }

        await using var again = await RunningServer.StartAsync(folder: folder);
        Assert.Equal(1, (await again.Clients.Users.GetUserAsync(new GetUserRequest { UserId = "u" })).State.InteractionCount);
    }

    [Fact]
    public async Task Certificate_when_given_lets_one_port_serve_grpc_and_rest()
    {
        using var folder = new TemporaryFolder();
        var (certificate, key) = (folder.File("cert.pem"), folder.File("key.pem"));
        using (var rsa = System.Security.Cryptography.ECDsa.Create())
        {
            var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=localhost", rsa, System.Security.Cryptography.HashAlgorithmName.SHA256);
            using var self = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
            await File.WriteAllTextAsync(certificate, self.ExportCertificatePem());
            await File.WriteAllTextAsync(key, rsa.ExportPkcs8PrivateKeyPem());
        }

        await using var server = await RunningServer.StartAsync(serve => serve with { TlsCertificate = certificate, TlsKey = key }, folder: folder);
        Assert.Equal("https", server.Host.Addresses.Grpc!.Scheme);
        Assert.Equal(server.Host.Addresses.Grpc, server.Host.Addresses.Rest);
        await server.Clients.Events.WriteEventsAsync(Sample.Write(Sample.Play("u", "a")));
        using var rest = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        Assert.Contains("recsys", await rest.GetStringAsync(server.Host.Addresses.Rest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cors_when_an_origin_is_allowed_answers_its_preflight_and_no_other()
    {
        await using var server = await RunningServer.StartAsync(serve => serve with { CorsOrigins = "https://play.example" });
        foreach (var (origin, allowed) in new[] { ("https://play.example", true), ("https://other.example", false) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, "/v1/events:write");
            request.Headers.Add("Origin", origin);
            request.Headers.Add("Access-Control-Request-Method", "POST");
            using var response = await server.Rest.SendAsync(request);
            Assert.Equal(allowed, response.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
