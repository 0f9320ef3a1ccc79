using Recsys.Inference;

namespace Recsys.Serving.Shelves;

/// <summary>A play, as far as it went.</summary>
/// <param name="Played">Its share, as <see cref="Strength"/> has it.</param>
/// <param name="PositionMs">Of an open play: its position, ms. Else -1.</param>
/// <param name="TimeMs">Its newest event or its end, Unix ms.</param>
/// <param name="IsOpen">Whether it hasn't ended.</param>
internal readonly record struct PlayedPart(byte Played, long PositionMs, long TimeMs, bool IsOpen);
