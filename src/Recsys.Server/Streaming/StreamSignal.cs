using System.Threading.Channels;

namespace Recsys.Server.Streaming;

/// <summary>Wakes one waiter; signals that come while nobody waits count as one.</summary>
internal sealed class StreamSignal
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _channel.Writer.TryWrite(true);

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _channel.Reader.ReadAsync(cancellationToken);
}
