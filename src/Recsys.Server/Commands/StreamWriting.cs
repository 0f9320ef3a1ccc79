using Grpc.Core;

namespace Recsys.Server.Commands;

/// <summary>Writing to a stream whose answers are read meanwhile.</summary>
internal static class StreamWriting
{
    /// <summary>Writes. Of a stream that broke, the answers know the reason; the writer sees only that it's gone.</summary>
    /// <exception cref="RpcException">The stream broke or was closed.</exception>
    public static async Task WriteAsync<T>(this IClientStreamWriter<T> stream, T message, Task answers, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(message, cancellationToken);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            await answers.WaitAsync(cancellationToken);
            throw new RpcException(new Status(StatusCode.Unavailable, "The server closed the stream.", e));
        }
    }
}
