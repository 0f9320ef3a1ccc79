using System.Diagnostics;

namespace Recsys.Server.Bench;

/// <summary>Where answers and failures of a load are counted: those whose scheduled time is in the measured window, by that time. Thread-safe.</summary>
/// <param name="modelSwitch">Counts them also, by its phases; null: there's no switch.</param>
internal sealed class LoadRecorder(ModelSwitch? modelSwitch = null)
{
    /// <summary>So many operations were waiting already that this one wasn't sent.</summary>
    public const string Overrun = "OVERRUN";

    /// <summary>No answer by the time the load was over.</summary>
    public const string Unfinished = "UNFINISHED";

    private readonly LatencyRow[] _rows = [.. Enum.GetValues<OperationKind>().Select(_ => new LatencyRow())];
    private readonly LatencyRow _lag = new();
    private long _windowStart = long.MaxValue;
    private long _windowEnd = long.MaxValue;
    private int _inFlight;
    private long _errors;

    /// <summary>Sent and not answered yet.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Failures in the window.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>Sets what is measured, as timestamps of <see cref="Stopwatch"/>.</summary>
    public void Window(long start, long end)
    {
        Volatile.Write(ref _windowStart, start);
        Volatile.Write(ref _windowEnd, end);
    }

    /// <summary>Ends the window early.</summary>
    public void EndWindow(long now) => Volatile.Write(ref _windowEnd, Math.Min(now, Volatile.Read(ref _windowEnd)));

    /// <summary>An operation of so many parts is on its way.</summary>
    public void Started(int parts) => Interlocked.Add(ref _inFlight, parts);

    /// <summary>How late the generator itself was.</summary>
    public void Lag(long scheduled, long now)
    {
        if (IsMeasured(scheduled)) _lag.Complete(scheduled, now);
    }

    /// <summary>A part of an operation was answered.</summary>
    public void Complete(OperationKind kind, long scheduled, long now)
    {
        Interlocked.Decrement(ref _inFlight);
        Answer(kind, scheduled, now);
    }

    /// <summary>A part of an operation failed.</summary>
    public void Fail(OperationKind kind, long scheduled, string code)
    {
        Interlocked.Decrement(ref _inFlight);
        Miss(kind, scheduled, code);
    }

    /// <summary>Something that is no operation of its own, or was never on its way, came about.</summary>
    public void Answer(OperationKind kind, long scheduled, long now)
    {
        if (!IsMeasured(scheduled)) return;
        _rows[(int)kind].Complete(scheduled, now);
        modelSwitch?.RowOf(kind, scheduled).Complete(scheduled, now);
    }

    /// <summary>Something that is no operation of its own, or was never on its way, didn't come about.</summary>
    public void Miss(OperationKind kind, long scheduled, string code)
    {
        if (!IsMeasured(scheduled)) return;
        Interlocked.Increment(ref _errors);
        _rows[(int)kind].Fail(code);
        modelSwitch?.RowOf(kind, scheduled).Fail(code);
    }

    /// <summary>The row of a kind.</summary>
    public LatencyRow this[OperationKind kind] => _rows[(int)kind];

    /// <summary>How late the generator was.</summary>
    public LatencyRow Lags => _lag;

    private bool IsMeasured(long scheduled) => scheduled >= Volatile.Read(ref _windowStart) && scheduled < Volatile.Read(ref _windowEnd);
}
