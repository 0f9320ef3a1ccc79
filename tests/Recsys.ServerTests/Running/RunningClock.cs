using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace Recsys.ServerTests.Running;

/// <summary>A clock for servers that runs as the real one does, and that a test sets forward: what waits for a moment that was skipped is due at once.</summary>
internal sealed class RunningClock : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(System.TimeProvider.System.GetUtcNow());
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public RunningClock() => _running = Task.Run(RunAsync);

    /// <summary>The clock, as servers take it.</summary>
    public TimeProvider TimeProvider => _time;

    /// <summary>Sets it forward.</summary>
    public void Skip(TimeSpan time) => _time.Advance(time);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var last = Stopwatch.GetTimestamp();
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(10);
            var now = Stopwatch.GetTimestamp();
            _time.Advance(Stopwatch.GetElapsedTime(last, now));
            last = now;
        }
    }
}
