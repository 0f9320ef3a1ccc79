namespace Recsys.Storage.Archive;

/// <summary>One item of a list that was shown to a user of a training set.</summary>
/// <param name="Item">The store-wide item number.</param>
/// <param name="List">Which of the user's lists, from 0; rows of one list have one number.</param>
/// <param name="Position">The place in the list, from 0.</param>
/// <param name="TimeMs">When, in Unix milliseconds.</param>
public readonly record struct TrainingExposure(uint Item, int List, int Position, long TimeMs)
{
    /// <summary>Who plays something within this time after it was shown, in milliseconds, played it because of that.</summary>
    public const long AttributionMs = 86_400_000;
}
