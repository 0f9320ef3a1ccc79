using System.Net.Sockets;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Recsys.Server.Hosting;
using Recsys.V1;

namespace Recsys.Server.Commands;

/// <summary>A gRPC connection to a running server, or to one that this process starts on a store's file behind a Unix socket: commands are written once, for both.</summary>
internal sealed class ServerConnection : IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private readonly RecsysHost? _host;
    private readonly string? _socketFolder;

    private ServerConnection(GrpcChannel channel, CallInvoker invoker, string ns, RecsysHost? host, string? socketFolder)
    {
        _channel = channel;
        _host = host;
        _socketFolder = socketFolder;
        Namespace = ns;
        Events = new EventService.EventServiceClient(invoker);
        Lists = new RecommendationService.RecommendationServiceClient(invoker);
        Catalog = new CatalogService.CatalogServiceClient(invoker);
        Users = new UserService.UserServiceClient(invoker);
        Models = new ModelService.ModelServiceClient(invoker);
        Access = new AccessService.AccessServiceClient(invoker);
    }

    /// <summary>The namespace of the command.</summary>
    public string Namespace { get; }

    /// <summary>Events in.</summary>
    public EventService.EventServiceClient Events { get; }

    /// <summary>Lists out.</summary>
    public RecommendationService.RecommendationServiceClient Lists { get; }

    /// <summary>The catalogue.</summary>
    public CatalogService.CatalogServiceClient Catalog { get; }

    /// <summary>Users.</summary>
    public UserService.UserServiceClient Users { get; }

    /// <summary>Models.</summary>
    public ModelService.ModelServiceClient Models { get; }

    /// <summary>Keys.</summary>
    public AccessService.AccessServiceClient Access { get; }

    /// <summary>Connects to <paramref name="server"/> if given, else starts a server on <paramref name="redis"/> or <paramref name="storeFile"/> in this process.</summary>
    public static async Task<ServerConnection> OpenAsync(
        string storeFile, string redis, string server, string apiKey, string ns, CancellationToken cancellationToken)
    {
        if (server.Length > 0)
        {
            if (!Uri.TryCreate(server, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            {
                throw new ArgumentException($"--server is a URL such as http://127.0.0.1:7080, not '{server}'.");
            }

            var remote = GrpcChannel.ForAddress(address, new GrpcChannelOptions { MaxReceiveMessageSize = null });
            return new ServerConnection(remote, remote.Intercept(metadata => WithKey(metadata, apiKey)), ns, null, null);
        }

        var folder = Directory.CreateTempSubdirectory("recsys-").FullName;
        var socket = Path.Combine(folder, "s");
        RecsysHost? host = null;
        try
        {
            var shared = (redis.Length == 0 ? new RedisOptions() : Setting.Load<RedisOptions>(setting => setting.FromEnvironment())) with { Redis = redis };
            host = await RecsysHost.StartAsync(ServeOptions.ForCommand(storeFile, socket), cancellationToken, redis: shared, ownerOnly: true);
            var channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
            {
                HttpHandler = new SocketsHttpHandler { ConnectCallback = (_, token) => ConnectAsync(socket, token) },
                MaxReceiveMessageSize = null,
                DisposeHttpClient = true,
            });
            return new ServerConnection(channel, channel.CreateCallInvoker(), ns, host, folder);
        }
        catch
        {
            if (host is not null)
            {
                await host.DisposeAsync();
            }

            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Closes the connection and, if this process started it, the server with its store.</summary>
    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync();
            Directory.Delete(_socketFolder!, recursive: true);
        }
    }

    private static Metadata WithKey(Metadata metadata, string apiKey)
    {
        if (apiKey.Length > 0)
        {
            metadata.Add("authorization", $"Bearer {apiKey}");
        }

        return metadata;
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
