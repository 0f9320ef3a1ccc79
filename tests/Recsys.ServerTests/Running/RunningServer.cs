using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Recsys.Server.Hosting;
using Recsys.Serving;

namespace Recsys.ServerTests.Running;

/// <summary>
/// The real server in this process: real sockets on free ports, a real store in a temporary folder, the real engine. Disposing it stops the server, fails on
/// unexpected errors in its log, and deletes the folder.
/// </summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly bool _ownsFolder;

    private RunningServer(RecsysHost host, CleanLogScope log, TemporaryFolder folder, bool ownsFolder)
    {
        Host = host;
        Log = log;
        _folder = folder;
        _ownsFolder = ownsFolder;
        Channel = GrpcChannel.ForAddress(host.Addresses.Grpc!, new GrpcChannelOptions
        {
            // Self-made certificates are part of a test.
            HttpHandler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true } },
            DisposeHttpClient = true,
        });
        Clients = new Clients(Channel.CreateCallInvoker());
        Rest = new HttpClient { BaseAddress = host.Addresses.Rest };
    }

    public RecsysHost Host { get; }

    public CleanLogScope Log { get; }

    /// <summary>gRPC without a key.</summary>
    public GrpcChannel Channel { get; }

    public Clients Clients { get; }

    /// <summary>REST without a key.</summary>
    public HttpClient Rest { get; }

    public ServerMetrics Metrics => Host.Services.GetRequiredService<ServerMetrics>();

    /// <summary>Starts a server.</summary>
    /// <param name="serve">Changes its options; the store, ports and address are set already.</param>
    /// <param name="streams">Limits of streams. Default: the defaults.</param>
    /// <param name="engine">Settings of the engine. Default: the defaults.</param>
    /// <param name="services">Changes services, such as the clock.</param>
    /// <param name="folder">Where the store is. Default: a folder of its own.</param>
    /// <param name="redis">The store on Redis. Default: none, the embedded store.</param>
    public static async Task<RunningServer> StartAsync(
        Func<ServeOptions, ServeOptions>? serve = null,
        StreamOptions? streams = null,
        EngineOptions? engine = null,
        Action<IServiceCollection>? services = null,
        TemporaryFolder? folder = null,
        RedisOptions? redis = null)
    {
        var log = new CleanLogScope();
        var place = folder ?? new TemporaryFolder();
        var options = new ServeOptions { Db = place.File("store.db"), GrpcPort = 0, RestPort = 0 };
        try
        {
            var host = await RecsysHost.StartAsync(
                serve?.Invoke(options) ?? options,
                CancellationToken.None,
                streams ?? new StreamOptions(),
                engine ?? new EngineOptions { ModelFolder = "" },
                collection =>
                {
                    collection.AddLogging(logging => logging.ClearProviders().AddProvider(log));
                    services?.Invoke(collection);
                },
                redis);
            return new RunningServer(host, log, place, ownsFolder: folder is null);
        }
        catch
        {
            if (folder is null) place.Dispose();
            throw;
        }
    }

    /// <summary>Clients that send a key.</summary>
    public Clients WithKey(string secret) => new(Channel.Intercept(metadata =>
    {
        metadata.Add("authorization", $"Bearer {secret}");
        return metadata;
    }));

    public async ValueTask DisposeAsync()
    {
        Rest.Dispose();
        Channel.Dispose();
        await Host.DisposeAsync();
        if (_ownsFolder) _folder.Dispose();
        Log.AssertClean();
    }
}
