using System.Runtime.CompilerServices;
using Grpc.Core;
using Recsys.Server.Errors;

namespace Recsys.Server.Streaming;

/// <summary>Reads a client's messages until it half-closes or the server stops.</summary>
internal static class MessageReader
{
    /// <summary>Every message, and then, where the server stops before the client does, UNAVAILABLE.</summary>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        IAsyncStreamReader<T> requests, Func<CancellationToken, ValueTask> waitForRoom, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        while (true)
        {
            bool more;
            try
            {
                await waitForRoom(either.Token);
                more = await requests.MoveNext(either.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw RpcErrors.Stopping().ToRpcException();
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Cancelled && stopping.IsCancellationRequested)
            {
                throw RpcErrors.Stopping().ToRpcException();
            }

            if (!more) yield break;
            yield return requests.Current;
        }
    }
}
