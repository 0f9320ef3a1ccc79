namespace Recsys.Serving.Live;

/// <summary>
/// Namespaces whose live model couldn't be loaded, and when to try again (<see cref="RetryPause"/>).
/// </summary>
internal sealed class MissingModels(TimeProvider time)
{
    private readonly Lock _lock = new();
    private volatile IReadOnlyDictionary<string, Try> _missing = new Dictionary<string, Try>();

    /// <summary>
    /// Whether a list made by this version (null: by none) lacks the live model. Asked by version: a switch and <see cref="Remove"/> are two moments, and a list
    /// made between them is made by the right model.
    /// </summary>
    public bool Lacks(string ns, string? version) => _missing.TryGetValue(ns, out var missing) && missing.Version != version;

    /// <summary>Notes one that is sought; the pauses of a namespace that is noted go on growing.</summary>
    public void Add(string ns, string version)
    {
        lock (_lock) Set(ns, _missing.TryGetValue(ns, out var missing) ? missing with { Version = version } : new(version, RetryPause.Begin(time)));
    }

    /// <summary>The live model is loaded, or there's none any more.</summary>
    public void Remove(string ns)
    {
        if (!_missing.ContainsKey(ns)) return;
        lock (_lock) _missing = _missing.Where(pair => pair.Key != ns).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Those to try again now.</summary>
    public IReadOnlyList<string> TakeDue()
    {
        if (_missing.Count == 0) return [];
        lock (_lock)
        {
            string[] due = [.. _missing.Where(pair => pair.Value.Pause.IsOver(time)).Select(pair => pair.Key)];
            foreach (var ns in due) Set(ns, _missing[ns] with { Pause = _missing[ns].Pause.Next(time) });
            return due;
        }
    }

    private void Set(string ns, Try attempt) => _missing = new Dictionary<string, Try>(_missing, StringComparer.Ordinal) { [ns] = attempt };

    private sealed record Try(string Version, RetryPause Pause);
}
