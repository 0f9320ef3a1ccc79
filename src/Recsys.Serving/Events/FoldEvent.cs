using Recsys.Serving.Sessions;

namespace Recsys.Serving.Events;

/// <summary>What a fold needs of an event, without texts.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Item">Store-wide item number.</param>
/// <param name="Session">Hash of the session id.</param>
/// <param name="TimeMs">When it happened, Unix ms.</param>
/// <param name="PositionMs">How far the play has come, ms; -1: not given.</param>
/// <param name="DurationMs">The item's length, ms: the event's, else the catalogue's at the time of receipt; -1: neither knew it.</param>
/// <param name="Strength">Of a rating its share, otherwise unknown; see <see cref="Inference.Strength"/>.</param>
/// <param name="IsReset">Whether it's the custom event that makes the user a new one (<see cref="ResetName"/>).</param>
internal readonly record struct FoldEvent(WatchEventType Type, uint Item, ulong Session, long TimeMs, long PositionMs, long DurationMs, byte Strength, bool IsReset = false)
{
    /// <summary>The name of the custom event after which nothing before it counts.</summary>
    public const string ResetName = "recsys.reset";

    /// <summary>Whether it moves the state at all.</summary>
    public bool Moves => IsReset || UserFold.Moves(Type);

    /// <summary>From an event that has just come in.</summary>
    public static FoldEvent Of(WatchEvent e, uint item, long catalogueDurationMs) => new(
        e.Type,
        item,
        EventIdHash.Of(e.SessionId),
        e.EventTimeMs,
        e.PositionMs,
        e.DurationMs >= 0 ? e.DurationMs : catalogueDurationMs > 0 ? catalogueDurationMs : -1,
        e.Type == WatchEventType.Rating ? Inference.Strength.FromShare(e.RatingShare) : Inference.Strength.Unknown,
        e is { Type: WatchEventType.Custom, CustomName: ResetName });
}
