using System.Runtime.InteropServices;

namespace Recsys.Training.Runtime;

/// <summary>
/// Ends a training for SIGINT, SIGTERM, SIGHUP, and for the parent's end. A parent that starts us with a pipe as standard input keeps it open as long as it
/// wants us to go on: whether it closes the pipe or dies, we read the end of it. (Linux' parent-death signal comes when the parent's *thread* ends, which
/// for a .NET parent is any time.) A terminal, a file or /dev/null as standard input means nothing.
/// </summary>
internal sealed class Cancellation : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _signals = [];

    /// <param name="watchInput">Whether the end of a piped standard input cancels.</param>
    public Cancellation(bool watchInput)
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
            _signals.Add(PosixSignalRegistration.Create(signal, context => { context.Cancel = true; Cancel($"cancelled by {signal}"); }));
        if (watchInput && InputIsPipe())
            _ = WatchInputAsync(_source.Token);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Why; empty while it goes on.</summary>
    public string Reason { get; private set; } = "";

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _source.Cancel();
        _source.Dispose();
    }

    private static bool InputIsPipe()
    {
        try
        {
            var target = File.ResolveLinkTarget("/proc/self/fd/0", returnFinalTarget: false)?.Name ?? "";
            return target.StartsWith("pipe:", StringComparison.Ordinal) || target.StartsWith("socket:", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No /proc: not on Linux. Signals still work.
            return false;
        }
    }

    private async Task WatchInputAsync(CancellationToken cancellation)
    {
        await using var input = Console.OpenStandardInput();
        var buffer = new byte[256];
        try
        {
            while (await input.ReadAsync(buffer, cancellation) > 0)
            {
                // What it says doesn't matter.
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // A broken pipe is an end as well.
        }
        Cancel("cancelled: standard input was closed, so whoever started this is gone (--ignore-stdin goes on without it)");
    }

    private void Cancel(string reason)
    {
        lock (_signals)
        {
            if (Reason.Length > 0)
                return;
            Reason = reason;
        }
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The training has just ended.
        }
    }
}
