namespace Recsys.Storage.Archive;

/// <summary>A training set in memory: 14 bytes an interaction, in flat arrays. Interactions lie user by user, each user's in canonical order.</summary>
public sealed class TrainingSet
{
    /// <summary>The folder's manifest.</summary>
    public required TrainingSetManifest Manifest { get; init; }

    /// <summary>[users + 1]: the interactions of user u are those from <c>UserOffsets[u]</c> to before <c>UserOffsets[u + 1]</c>.</summary>
    public required int[] UserOffsets { get; init; }

    /// <summary>[interactions]: store-wide item numbers.</summary>
    public required uint[] Items { get; init; }

    /// <summary>[interactions]: Recsys.Inference.InteractionKind.</summary>
    public required byte[] Kinds { get; init; }

    /// <summary>[interactions]: Recsys.Inference.Strength.</summary>
    public required byte[] Strengths { get; init; }

    /// <summary>[interactions]: Unix milliseconds.</summary>
    public required long[] TimesMs { get; init; }

    /// <summary>[items]: store-wide item numbers, ascending. Every number in <see cref="Items"/> is among them.</summary>
    public required uint[] ItemNumbers { get; init; }

    /// <summary>[items]: the callers' ids of <see cref="ItemNumbers"/>.</summary>
    public required string[] ItemIds { get; init; }

    /// <summary>[items]: what the catalogue says of them; null: the set doesn't say.</summary>
    public TrainingItemFacts[]? ItemFacts { get; init; }

    /// <summary>What users were shown; null: the set doesn't say.</summary>
    public TrainingExposures? Exposures { get; init; }
}
