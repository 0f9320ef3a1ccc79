namespace Recsys.Serving.Models;

/// <summary>Which model of a namespace is live, and which were before it. Stored as one document, so that a switch is atomic.</summary>
internal sealed record LiveHistory
{
    /// <summary>The reason of an activation that was to follow another model than the one that is live by now.</summary>
    public const string Changed = "LIVE_MODEL_CHANGED";

    private const int MaxPrevious = 100;

    /// <summary>The live version; empty: none.</summary>
    public required string Live { get; init; }

    /// <summary>
    /// The versions that were live before, the newest last. Rolling back takes from the end: it walks back through the activations, and doesn't toggle.
    /// </summary>
    public required IReadOnlyList<string> Previous { get; init; }

    /// <summary>The version that replicas prepare for, to switch to it together; empty: none.</summary>
    public string Next { get; init; } = "";

    /// <summary>The highest number ever given to a model of the namespace: numbers are never reused.</summary>
    public required long LastNumber { get; init; }

    /// <summary>Of a namespace without models.</summary>
    public static LiveHistory Empty { get; } = new() { Live = "", Previous = [], LastNumber = 0 };

    /// <summary>After an activation; activating the live model again changes nothing.</summary>
    /// <param name="version">What is activated.</param>
    /// <param name="expectedLive">What must be live until then, empty: nothing; null: whatever it is.</param>
    /// <exception cref="EngineException">Aborted: <see cref="Changed"/>.</exception>
    public LiveHistory Activated(string version, string? expectedLive = null)
    {
        if (expectedLive is not null && expectedLive != Live)
        {
            throw new EngineException(
                EngineErrorKind.Aborted, Changed, $"{(Live.Length == 0 ? "no model" : Live)} became live while {version} was trained, which wasn't compared with it: so it isn't live");
        }

        if (version == Live) return this with { Next = "" };
        return this with { Live = version, Next = "", Previous = Live.Length == 0 ? Previous : [.. Previous.Append(Live).TakeLast(MaxPrevious)] };
    }

    /// <summary>After rolling back to the newest previous activation of a version: it and everything after it leaves the way back.</summary>
    public LiveHistory RolledBackTo(string version)
    {
        for (var i = Previous.Count - 1; i >= 0; i--)
        {
            if (Previous[i] == version) return this with { Live = version, Next = "", Previous = [.. Previous.Take(i)] };
        }

        throw new ArgumentException($"Model '{version}' is not among those that were live before: {string.Join(", ", Previous)}.", nameof(version));
    }
}
