namespace Recsys.Serving.Lists;

/// <summary>What to do with items that the user has already interacted with.</summary>
public enum SeenPolicy : byte
{
    /// <summary>What the placement says.</summary>
    Unspecified = 0,

    /// <summary>Leave them out.</summary>
    Exclude = 1,

    /// <summary>Let them compete.</summary>
    Allow = 2,
}
