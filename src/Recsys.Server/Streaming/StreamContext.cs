using Recsys.Server.Hosting;
using Recsys.Serving;

namespace Recsys.Server.Streaming;

/// <summary>What every stream works with; one for the whole server.</summary>
internal sealed class StreamContext(
    Func<Engine> engine, StreamOptions limits, TimeProvider time, ILogger<StreamContext> log, ServerMetrics metrics, IHostApplicationLifetime lifetime)
{
    public Engine Engine => engine();

    public StreamOptions Limits => limits;

    public TimeProvider Time => time;

    public ILogger Log => log;

    public ServerMetrics Metrics => metrics;

    /// <summary>Fires when the server stops: streams read no more, answer what they read, and end.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;
}
