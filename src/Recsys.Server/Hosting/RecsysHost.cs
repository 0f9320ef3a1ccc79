using System.Text.Json;
using Microsoft.Extensions.Options;
using Recsys.Serving;
using Recsys.Serving.Migration;
using Recsys.Storage;

namespace Recsys.Server.Hosting;

/// <summary>A running server: store, engine and listeners, started and stopped in this order and its reverse.</summary>
internal sealed class RecsysHost : IAsyncDisposable
{
    private readonly HostParts _parts;
    private readonly WebApplication _app;
    private readonly OpenedStore _store;
    private int _disposed;

    private RecsysHost(HostParts parts, WebApplication app, OpenedStore store, Engine engine, ServerAddresses addresses)
    {
        _parts = parts;
        _app = app;
        _store = store;
        Engine = engine;
        Addresses = addresses;
    }

    public Engine Engine { get; }

    public IRecsysStore Store => _store.Store;

    /// <summary>Where it listens; free ports are chosen by now.</summary>
    public ServerAddresses Addresses { get; }

    public IServiceProvider Services => _app.Services;

    private ILogger Log => _app.Logger;

    /// <summary>Starts a server.</summary>
    /// <param name="serve">Where and what.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="streams">Limits of streams. Default: from the environment.</param>
    /// <param name="engine">Settings of the engine. Default: from the environment.</param>
    /// <param name="configure">Changes services, such as the clock or logging.</param>
    /// <param name="redis">The store on Redis. Default: none, the embedded store.</param>
    /// <param name="ownerOnly">The caller is the only client: see <see cref="HostParts.OwnerOnly"/>.</param>
    /// <exception cref="StartupException">Something is in the way that the caller can do something about.</exception>
    public static async Task<RecsysHost> StartAsync(
        ServeOptions serve,
        CancellationToken cancellationToken,
        StreamOptions? streams = null,
        EngineOptions? engine = null,
        Action<IServiceCollection>? configure = null,
        RedisOptions? redis = null,
        bool ownerOnly = false)
    {
        var parts = new HostParts(
            serve,
            redis ?? new(),
            streams ?? Setting.Load<StreamOptions>(setting => setting.FromEnvironment()),
            engine ?? Setting.Load<EngineOptions>(setting => setting.FromEnvironment()),
            ownerOnly);
        var app = HostBuilding.Build(parts, configure);
        OpenedStore? store = null;
        Engine? opened = null;
        try
        {
            Validate(app.Services);
            store = await OpenedStore.OpenAsync(serve, parts.RedisToWaitFor, app.Services.GetRequiredService<TimeProvider>(), app.Logger, cancellationToken);
            parts.Store = store.Store;
            foreach (var warning in store.Warnings) app.Logger.StoreWarning(warning);
            opened = await OpenEngineAsync(parts, store.Store, app.Services, cancellationToken);
            parts.Opened = opened;
            RefuseOpenNetwork(parts, opened, app.Logger);
            RemoveStaleSocket(serve.UnixSocket);
            await ListenAsync(app, serve, cancellationToken);

            var host = new RecsysHost(parts, app, store, opened, parts.Addresses());
            store.DescribeOwner($"recsys serve on {host.Addresses}");
            host.WriteReadyFile();
            app.Logger.Listening(host.Addresses.ToString(), store.Name);
            return host;
        }
        catch
        {
            await app.DisposeAsync();
            if (opened is not null) await opened.DisposeAsync();
            if (store is not null) await store.Store.DisposeAsync();
            DeleteTemporaryModels(parts);
            throw;
        }
    }

    /// <summary>Stops: takes no more calls in, lets open streams answer what they read (for a bounded time), writes what is queued, closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        Log.Stopping();
        if (_parts.Serve.ReadyFile.Length > 0) File.Delete(_parts.Serve.ReadyFile);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(_parts.Serve.ShutdownSeconds));
        try
        {
            await _app.StopAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            // The time is up: Kestrel has ended what was still open.
        }

        var log = Log;
        await Engine.DisposeAsync();
        await _store.Store.DisposeAsync();
        DeleteTemporaryModels(_parts);
        log.Stopped();
        await _app.DisposeAsync();
    }

    private static void Validate(IServiceProvider services)
    {
        try
        {
            _ = services.GetRequiredService<IOptions<ServeOptions>>().Value;
            _ = services.GetRequiredService<IOptions<RedisOptions>>().Value;
            _ = services.GetRequiredService<IOptions<StreamOptions>>().Value;
            _ = services.GetRequiredService<IOptions<EngineOptions>>().Value;
        }
        catch (OptionsValidationException exception)
        {
            throw new StartupException(string.Join(Environment.NewLine, exception.Failures), exception);
        }
    }

    private static async Task<Engine> OpenEngineAsync(HostParts parts, IRecsysStore store, IServiceProvider services, CancellationToken cancellationToken)
    {
        try
        {
            if (await StoreMigration.FindUnfinishedAsync(store, cancellationToken) is { } unfinished) throw new StartupException(unfinished);
            return await Engine.OpenAsync(
                store,
                EngineOptionsOf(parts),
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILoggerFactory>(),
                cancellationToken);
        }
        catch (Exception exception) when (exception is StoreUnavailableException or StoreFormatException or EngineException { Kind: EngineErrorKind.Unavailable })
        {
            throw new StartupException($"The store can't be read: {exception.Message}", exception);
        }
    }

    /// <summary>The engine's settings. A command's server, which ends with it, begins no trainings of its own.</summary>
    private static EngineOptions EngineOptionsOf(HostParts parts)
    {
        var options = parts.Engine with { ModelFolder = ModelFolderOf(parts) };
        return parts.OwnerOnly ? options with { LearnEvery = "", LearnAfterInteractions = 0 } : options;
    }

    /// <summary>Where artefacts lie: beside the store's file, or, as copies of what is in Redis, in a folder of this host's own.</summary>
    private static string ModelFolderOf(HostParts parts)
    {
        if (parts.Engine.ModelFolder is { Length: > 0 } folder) return folder;
        return parts.Redis.Redis.Length == 0 ? parts.Serve.Db + ".models" : parts.TemporaryModelFolder ??= Directory.CreateTempSubdirectory("recsys-models-").FullName;
    }

    private static void DeleteTemporaryModels(HostParts parts)
    {
        if (parts.TemporaryModelFolder is { } folder) Directory.Delete(folder, recursive: true);
    }

    private static void RefuseOpenNetwork(HostParts parts, Engine engine, ILogger log)
    {
        var serve = parts.Serve;
        var hasPort = serve.GrpcPort != ServeOptions.NoPort || serve.RestPort != ServeOptions.NoPort;
        if (!hasPort || parts.IsLoopback || engine.ApiKeys.KeysRequired) return;
        if (!serve.AllowAnonymousNetwork)
        {
            throw new StartupException(
                $"Refusing to listen on {serve.BindAddress} without an API key: everybody who reaches it could read and write everything. "
                + $"Make a key first: recsys keys create {(parts.Redis.Redis.Length > 0 ? $"--redis {parts.Redis.Redis}" : $"--db {serve.Db}")} --scope admin --scope ingest --scope read --for '*'. "
                + "Or, on a network that you trust wholly, say so with --allow-anonymous-network.");
        }

        log.AnonymousNetwork(serve.BindAddress);
    }

    private static async Task ListenAsync(WebApplication app, ServeOptions serve, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException exception)
        {
            throw new StartupException($"Can't listen on {serve.BindAddress} (ports {serve.GrpcPort} and {serve.RestPort}): {exception.Message}", exception);
        }
    }

    /// <summary>A socket's file outlives a killed server; nobody listens on it then.</summary>
    private static void RemoveStaleSocket(string path)
    {
        if (path.Length == 0 || !File.Exists(path)) return;
        using var probe = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        try
        {
            probe.Connect(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
        }
        catch (System.Net.Sockets.SocketException exception) when (exception.SocketErrorCode == System.Net.Sockets.SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
    }

    private void WriteReadyFile()
    {
        if (_parts.Serve.ReadyFile.Length == 0) return;
        var draft = _parts.Serve.ReadyFile + ".tmp";
        File.WriteAllText(draft, JsonSerializer.Serialize(new Dictionary<string, string?>
        {
            ["grpc"] = Addresses.Grpc?.OriginalString,
            ["rest"] = Addresses.Rest?.OriginalString,
            ["socket"] = Addresses.UnixSocket,
            ["pid"] = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture),
        }));
        File.Move(draft, _parts.Serve.ReadyFile, overwrite: true);
    }
}
