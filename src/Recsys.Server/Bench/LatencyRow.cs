using System.Diagnostics;
using HdrHistogram;

namespace Recsys.Server.Bench;

/// <summary>The latencies and errors of one kind of operation. Thread-safe.</summary>
internal sealed class LatencyRow
{
    private const long HighestMicroseconds = 3_600_000_000;

    private readonly Lock _lock = new();
    private readonly LongHistogram _histogram = new(1, HighestMicroseconds, 3);
    private readonly SortedDictionary<string, long> _errors = new(StringComparer.Ordinal);
    private long _lastCompleted;

    /// <summary>One that was answered.</summary>
    /// <param name="scheduled">When it was due, a timestamp of <see cref="Stopwatch"/>.</param>
    /// <param name="completed">When its answer was there.</param>
    public void Complete(long scheduled, long completed)
    {
        var microseconds = Math.Clamp((long)Stopwatch.GetElapsedTime(scheduled, completed).TotalMicroseconds, 1, HighestMicroseconds);
        lock (_lock)
        {
            _histogram.RecordValue(microseconds);
            _lastCompleted = Math.Max(_lastCompleted, completed);
        }
    }

    /// <summary>One that failed.</summary>
    public void Fail(string code)
    {
        lock (_lock) _errors[code] = _errors.GetValueOrDefault(code) + 1;
    }

    /// <summary>What came of them.</summary>
    /// <param name="windowStart">When measuring began.</param>
    /// <param name="seconds">How long operations were sent.</param>
    public LatencySummary Sum(long windowStart, double seconds)
    {
        lock (_lock)
        {
            // Answers that took longer than the load count for their whole time.
            var lasted = Math.Max(seconds, _lastCompleted == 0 ? 0 : Stopwatch.GetElapsedTime(windowStart, _lastCompleted).TotalSeconds);
            var failed = _errors.Values.Sum();
            return new LatencySummary
            {
                Count = _histogram.TotalCount,
                OfferedPerSecond = Math.Round((_histogram.TotalCount + failed) / seconds, 1),
                AchievedPerSecond = Math.Round(_histogram.TotalCount / lasted, 1),
                P50Ms = Milliseconds(50),
                P95Ms = Milliseconds(95),
                P99Ms = Milliseconds(99),
                P999Ms = Milliseconds(99.9),
                MaxMs = Milliseconds(100),
                ErrorCount = failed,
                Errors = new SortedDictionary<string, long>(_errors, StringComparer.Ordinal),
            };
        }
    }

    /// <summary>The p99 by now, in milliseconds.</summary>
    public double P99Ms()
    {
        lock (_lock) return Milliseconds(99);
    }

    private double Milliseconds(double percentile) => _histogram.TotalCount == 0 ? 0 : _histogram.GetValueAtPercentile(percentile) / 1_000.0;
}
