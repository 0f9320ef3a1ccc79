namespace Recsys.Serving.Placements;

/// <summary>What a placement's list is ranked for; numbers as in recsys.v1.PlacementObjective.</summary>
public enum PlacementObjective : byte
{
    /// <summary>That it's played.</summary>
    Play = 1,

    /// <summary>That it's played to its end.</summary>
    Completion = 2,

    /// <summary>That it's played for long.</summary>
    PlayedTime = 3,
}
