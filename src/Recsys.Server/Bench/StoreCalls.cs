using System.Globalization;

namespace Recsys.Server.Bench;

/// <summary>Calls of the engine to its store while the load was measured: a call is one round trip of a store that is reached over a network.</summary>
internal sealed record StoreCalls
{
    private const string CallsPrefix = "recsys.store.calls{";
    private const string EventsPrefix = "recsys.events{";

    /// <summary>Calls by who made them and what for, e.g. "events/load".</summary>
    public required IReadOnlyDictionary<string, long> Calls { get; init; }

    /// <summary>Events settled meanwhile.</summary>
    public required long Events { get; init; }

    /// <summary>Calls on the way of events, an event: below 2 where events that wait together share a load and a commit.</summary>
    public required double PerEvent { get; init; }

    /// <summary>The difference of two readings; null: there is none.</summary>
    public static StoreCalls? Between(IReadOnlyDictionary<string, long>? before, IReadOnlyDictionary<string, long>? after)
    {
        if (before is null || after is null) return null;
        var grown = after.ToDictionary(pair => pair.Key, pair => pair.Value - before.GetValueOrDefault(pair.Key));
        var calls = new SortedDictionary<string, long>(
            grown.Where(pair => pair.Key.StartsWith(CallsPrefix, StringComparison.Ordinal) && pair.Value > 0)
                .ToDictionary(pair => pair.Key[CallsPrefix.Length..^1].Replace(',', '/'), pair => pair.Value),
            StringComparer.Ordinal);
        var events = grown.Where(pair => pair.Key.StartsWith(EventsPrefix, StringComparison.Ordinal)).Sum(pair => pair.Value);
        var ofEvents = calls.Where(pair => pair.Key.StartsWith("events/", StringComparison.Ordinal)).Sum(pair => pair.Value);
        return new StoreCalls { Calls = calls, Events = events, PerEvent = events == 0 ? 0 : Math.Round((double)ofEvents / events, 3) };
    }

    /// <summary>In words.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{PerEvent:F2} store calls an event ({string.Join(", ", Calls.Select(pair => $"{pair.Key} {pair.Value:N0}"))}; {Events:N0} events)");
}
