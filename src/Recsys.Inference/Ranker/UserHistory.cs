namespace Recsys.Inference.Ranker;

/// <summary>What a model knows of a user for a list.</summary>
/// <param name="Items">Dense ids of the targets among the newest interactions, oldest first; items that the model doesn't know are -1.</param>
/// <param name="Taste">The user's taste vector, (d); empty: there is none.</param>
public readonly ref struct UserHistory(ReadOnlySpan<int> Items, ReadOnlySpan<float> Taste)
{
    /// <summary>Dense ids, oldest first; -1 where the model doesn't know the item.</summary>
    public ReadOnlySpan<int> Items { get; } = Items;

    /// <summary>(d); empty: there is none.</summary>
    public ReadOnlySpan<float> Taste { get; } = Taste;
}
