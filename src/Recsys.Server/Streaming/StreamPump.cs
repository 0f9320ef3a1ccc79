namespace Recsys.Server.Streaming;

/// <summary>
/// Runs the two sides of a stream: a reader that takes messages in and a writer that answers. When the reader is done (the client half-closed, the
/// server stops, a message can't be read) the writer first answers everything that was read; then the reader's error, if any, ends the call.
/// </summary>
internal sealed class StreamPump(StreamSignal toWriter)
{
    private volatile bool _readingDone;

    /// <summary>True: nothing more will be read.</summary>
    public bool ReadingDone => _readingDone;

    public async Task RunAsync(Func<CancellationToken, Task> read, Func<CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        using var stopReading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadAsync(read, stopReading.Token);
        try
        {
            await write(cancellationToken);
        }
        catch
        {
            // The writer's error is the one that counts: the reader only follows.
            await stopReading.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await reading;
    }

    private async Task ReadAsync(Func<CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        try
        {
            await read(cancellationToken);
        }
        finally
        {
            _readingDone = true;
            toWriter.Set();
        }
    }
}
