namespace Recsys.Serving.Sessions;

/// <summary>A play that has begun and not ended.</summary>
/// <param name="Item">Store-wide item number.</param>
/// <param name="Session">Hash of the session id; see <see cref="Events.EventIdHash"/>.</param>
/// <param name="StartMs">Time of its first event, Unix ms.</param>
/// <param name="LastMs">Time of its newest event, Unix ms.</param>
/// <param name="PositionMs">The largest position given, ms; -1: none.</param>
/// <param name="DurationMs">The item's length as the newest event that knew it said, ms; -1: none did.</param>
internal readonly record struct OpenPlay(uint Item, ulong Session, long StartMs, long LastMs, long PositionMs, long DurationMs)
{
    /// <summary>The played share so far, as a strength.</summary>
    public byte Strength => PlayedStrength(PositionMs, DurationMs);

    /// <summary>Position over duration as a strength; unknown where either is.</summary>
    public static byte PlayedStrength(long positionMs, long durationMs) =>
        Inference.Strength.FromShare(positionMs < 0 || durationMs <= 0 ? double.NaN : positionMs / (double)durationMs);
}
