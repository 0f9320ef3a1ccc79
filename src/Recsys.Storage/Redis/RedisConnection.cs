using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>The connections to Redis; they come back by themselves.</summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private readonly ConnectionMultiplexer _multiplexer;
    private readonly ReplicatedWrites? _replicated;

    private RedisConnection(ConnectionMultiplexer multiplexer, ReplicatedWrites? replicated, RedisStoreOptions options)
    {
        _multiplexer = multiplexer;
        _replicated = replicated;
        Calls = new RedisCalls(multiplexer.GetDatabase(options.Database), replicated, options.Timeout, TimeProvider.System);
    }

    public RedisCalls Calls { get; }

    public ConnectionMultiplexer Multiplexer => _multiplexer;

    /// <summary>Whether keys are spread over several masters.</summary>
    public bool IsCluster => _multiplexer.GetServers().Any(server => server.ServerType == ServerType.Cluster);

    public IReadOnlyList<string> Warnings { get; private set; } = [];

    public static async Task<RedisConnection> OpenAsync(RedisStoreOptions options, CancellationToken cancellationToken)
    {
        var trust = new RedisTrust(options.TlsCertificateAuthority);
        var configuration = Configure(options, trust);
        ConnectionMultiplexer? multiplexer = null;
        ConnectionMultiplexer? dedicated = null;
        try
        {
            multiplexer = await ConnectionMultiplexer.ConnectAsync(configuration).WaitAsync(cancellationToken).ConfigureAwait(false);
            OpeningErrors.RequireDatabase(multiplexer, options.Database);
            await OpeningErrors.RequireUserAsync(multiplexer, options).ConfigureAwait(false);
            ReplicatedWrites? replicated = null;
            if (options.Durability == StoreDurability.Replicated)
            {
                dedicated = await ConnectionMultiplexer.ConnectAsync(configuration).WaitAsync(cancellationToken).ConfigureAwait(false);
                replicated = new ReplicatedWrites(dedicated, options);
            }

            return new RedisConnection(multiplexer, replicated, options) { Warnings = await RedisPromise.CheckAsync(multiplexer, options).ConfigureAwait(false) };
        }
        catch (Exception error)
        {
            multiplexer?.Dispose();
            dedicated?.Dispose();
            if (OpeningErrors.Translate(error, options, trust.Refusal) is { } translated)
                throw translated;
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_replicated is not null)
            await _replicated.DisposeAsync().ConfigureAwait(false);
        await _multiplexer.DisposeAsync().ConfigureAwait(false);
    }

    private static ConfigurationOptions Configure(RedisStoreOptions options, RedisTrust trust)
    {
        if (options.Prefix.AsSpan().ContainsAny('{', '}'))
            throw new ArgumentException($"The prefix \"{options.Prefix}\" must not contain braces: they'd change which slot a key belongs to.");
        var configuration = new ConfigurationOptions
        {
            User = options.User.Length == 0 ? null : options.User,
            Password = options.Password.Length == 0 ? null : options.Password,
            Ssl = options.Tls,
            DefaultDatabase = options.Database,
            ClientName = "recsys",
            // Asking for the configuration needs it.
            AllowAdmin = true,
            AbortOnConnectFail = true,
            ConnectTimeout = (int)Math.Max(options.Timeout.TotalMilliseconds, 5000),
            AsyncTimeout = (int)options.Timeout.TotalMilliseconds,
            SyncTimeout = (int)options.Timeout.TotalMilliseconds,
            // Who waits for a lost connection would rather hear of it.
            BacklogPolicy = BacklogPolicy.FailFast,
            ReconnectRetryPolicy = new LinearRetry(500),
            KeepAlive = 5,
            ConfigCheckSeconds = 5,
        };
        configuration.CertificateValidation += trust.Accepts;
        foreach (string endpoint in options.Endpoints.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            configuration.EndPoints.Add(endpoint);
        if (configuration.EndPoints.Count == 0)
            throw new ArgumentException("No address of Redis is given: HOST:PORT, or several separated by commas.");
        return configuration;
    }
}
