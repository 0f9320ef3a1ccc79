namespace Recsys.Serving.Live;

/// <summary>
/// Namespaces whose live model couldn't be loaded, and when to try again: a second later, then after twice as long each time, at most five minutes.
/// </summary>
internal sealed class MissingModels(TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private volatile IReadOnlyDictionary<string, Try> _missing = new Dictionary<string, Try>();

    public bool Contains(string ns) => _missing.ContainsKey(ns);

    /// <summary>Notes one; the pauses of one that is noted go on growing.</summary>
    public void Add(string ns)
    {
        lock (_lock)
        {
            if (!_missing.ContainsKey(ns)) Set(ns, FirstPause);
        }
    }

    /// <summary>The live model is loaded, or there's none any more.</summary>
    public void Remove(string ns)
    {
        if (!Contains(ns)) return;
        lock (_lock) _missing = _missing.Where(pair => pair.Key != ns).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Those to try again now.</summary>
    public IReadOnlyList<string> TakeDue()
    {
        if (_missing.Count == 0) return [];
        lock (_lock)
        {
            var now = time.GetTimestamp();
            string[] due = [.. _missing.Where(pair => time.GetElapsedTime(pair.Value.Since, now) >= pair.Value.Pause).Select(pair => pair.Key)];
            foreach (var ns in due) Set(ns, _missing[ns].Pause * 2 < LongestPause ? _missing[ns].Pause * 2 : LongestPause);
            return due;
        }
    }

    private void Set(string ns, TimeSpan pause) =>
        _missing = new Dictionary<string, Try>(_missing, StringComparer.Ordinal) { [ns] = new(time.GetTimestamp(), pause) };

    private readonly record struct Try(long Since, TimeSpan Pause);
}
