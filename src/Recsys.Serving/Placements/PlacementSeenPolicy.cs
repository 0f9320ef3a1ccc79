namespace Recsys.Serving.Placements;

/// <summary>What a placement's list does with items that the user has already interacted with; numbers as in recsys.v1.PlacementSeenPolicy.</summary>
public enum PlacementSeenPolicy : byte
{
    /// <summary>Nothing is said: as <see cref="Never"/>.</summary>
    Unspecified = 0,

    /// <summary>Not shown again.</summary>
    Never = 1,

    /// <summary>Not shown again once played to its end; what was only begun may come.</summary>
    AfterCompletion = 2,

    /// <summary>May come again so many days after the last interaction.</summary>
    AfterDays = 3,

    /// <summary>Competes like all others.</summary>
    Allow = 4,
}
