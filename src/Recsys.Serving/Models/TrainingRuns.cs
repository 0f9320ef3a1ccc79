using System.Collections.Concurrent;

namespace Recsys.Serving.Models;

/// <summary>Sees to it that a namespace has one training or evaluation at a time.</summary>
internal sealed class TrainingRuns
{
    private readonly ConcurrentDictionary<string, string> _running = new(StringComparer.Ordinal);

    /// <summary>Whether anything runs, of whichever namespace.</summary>
    public bool IsBusy => !_running.IsEmpty;

    /// <summary>Enters; dispose to leave.</summary>
    /// <exception cref="EngineException">Aborted: another one is running.</exception>
    public IDisposable Enter(string ns, string what)
    {
        if (_running.TryAdd(ns, what)) return new Run(this, ns);
        throw new EngineException(
            EngineErrorKind.Aborted,
            "TRAINING_RUNNING",
            $"A {_running.GetValueOrDefault(ns, what)} of namespace '{ns}' is running; there can be one at a time.");
    }

    private sealed class Run(TrainingRuns owner, string ns) : IDisposable
    {
        public void Dispose() => owner._running.TryRemove(ns, out _);
    }
}
