namespace Recsys.Storage.Archive;

/// <summary>What the catalogue says of an item, as far as rankers look at it.</summary>
/// <param name="BornMs">When it came out, or was first written, Unix ms; 0: unknown.</param>
/// <param name="DurationMs">How long a play takes, ms; 0: unknown.</param>
/// <param name="Categories">Keys of its categories: equal ones are the same category, within one training set.</param>
public readonly record struct TrainingItemFacts(long BornMs, long DurationMs, ReadOnlyMemory<ulong> Categories)
{
    /// <summary>Of an item that the catalogue doesn't have.</summary>
    public static TrainingItemFacts Unknown => default;
}
