namespace Recsys.Serving.Events;

/// <summary>Work with a result.</summary>
internal sealed class MailboxWorkOf<T>(Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken) : MailboxWork
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Done => _done.Task;

    public override async Task RunAsync()
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            _done.TrySetResult(await work(cancellationToken));
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            _done.TrySetCanceled(e.CancellationToken);
        }
#pragma warning disable CA1031 // Whatever it is, it's the caller's: it comes out where Done is awaited, and the mailbox lives on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _done.TrySetException(e);
        }
    }
}
