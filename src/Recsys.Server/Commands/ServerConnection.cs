using System.Net.Sockets;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Recsys.Server.Hosting;
using Recsys.Serving;
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
        Preferences = new PreferenceService.PreferenceServiceClient(invoker);
        Models = new ModelService.ModelServiceClient(invoker);
        Placements = new PlacementService.PlacementServiceClient(invoker);
        Experiments = new ExperimentService.ExperimentServiceClient(invoker);
        Access = new AccessService.AccessServiceClient(invoker);
    }

    /// <summary>The server in this process; null: it's another's.</summary>
    public RecsysHost? Host => _host;

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

    /// <summary>What users want.</summary>
    public PreferenceService.PreferenceServiceClient Preferences { get; }

    /// <summary>Models.</summary>
    public ModelService.ModelServiceClient Models { get; }

    /// <summary>Placements.</summary>
    public PlacementService.PlacementServiceClient Placements { get; }

    /// <summary>Experiments.</summary>
    public ExperimentService.ExperimentServiceClient Experiments { get; }

    /// <summary>Keys.</summary>
    public AccessService.AccessServiceClient Access { get; }

    /// <summary>Connects to <paramref name="server"/> if given, else starts a server on <paramref name="redis"/> or <paramref name="storeFile"/> in this process.</summary>
    public static async Task<ServerConnection> OpenAsync(
        string storeFile, string redis, string server, string apiKey, string ns, CancellationToken cancellationToken)
    {
        if (server.Length > 0)
        {
            var remote = GrpcChannel.ForAddress(ServerAddress.Parse(server), new GrpcChannelOptions { MaxReceiveMessageSize = null });
            return new ServerConnection(remote, remote.Intercept(metadata => WithKey(metadata, apiKey)), ns, null, null);
        }

        var folder = Directory.CreateTempSubdirectory("recsys-").FullName;
        try
        {
            var shared = (redis.Length == 0 ? new RedisOptions() : Setting.Load<RedisOptions>(setting => setting.FromEnvironment())) with { Redis = redis };
            return await StartAsync(ServeOptions.ForCommand(storeFile, Path.Combine(folder, "s")), shared, null, ns, folder, cancellationToken);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Starts a server in this process that is reached by its Unix socket alone.</summary>
    public static Task<ServerConnection> OpenAsync(ServeOptions serve, RedisOptions redis, EngineOptions engine, string ns, CancellationToken cancellationToken) =>
        StartAsync(serve, redis, engine, ns, null, cancellationToken);

    private static async Task<ServerConnection> StartAsync(
        ServeOptions serve, RedisOptions redis, EngineOptions? engine, string ns, string? folder, CancellationToken cancellationToken)
    {
        var host = await RecsysHost.StartAsync(serve, cancellationToken, engine: engine, redis: redis, ownerOnly: true);
        var channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { ConnectCallback = (_, token) => ConnectAsync(serve.UnixSocket, token) },
            MaxReceiveMessageSize = null,
            DisposeHttpClient = true,
        });
        return new ServerConnection(channel, channel.CreateCallInvoker(), ns, host, folder);
    }

    /// <summary>Closes the connection and, if this process started it, the server with its store.</summary>
    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync();
            if (_socketFolder is not null) Directory.Delete(_socketFolder, recursive: true);
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
