using System.Text.Json;
using System.Text.Json.Serialization;
using Recsys.Inference.Ranker;
using Recsys.Inference.Taste;

namespace Recsys.Inference.Artefacts;

/// <summary>The sizes of a Session network, and whatever settings it was trained with.</summary>
public sealed record SessionSettings
{
    private const int MaxSize = 4096;
    private const int MaxBlocks = 16;

    /// <summary>Most networks that one artefact may hold.</summary>
    public const int MaxMembers = 8;

    /// <summary>
    /// Networks M of the sizes below, trained apart, whose logits are averaged, 1 to 8. Each has its own E values of every item vector, (N, M E), and its own blocks: member m's are
    /// m B to m B + B - 1. The average is one product of vectors, so a list costs what it would with item vectors of that length.
    /// </summary>
    public int Members { get; init; } = 1;

    /// <summary>Length E of a member's part of item vectors, and of its residual stream, 1 to 4,096.</summary>
    public required int EmbeddingSize { get; init; }

    /// <summary>Length H of the LSTM's hidden and cell states, 1 to 4,096.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Residual blocks B of a member, 1 to 16.</summary>
    public required int Blocks { get; init; }

    /// <summary>Inner size of the feed-forward layers in multiples M of E, 1 to 16.</summary>
    public required int FeedForwardMultiple { get; init; }

    /// <summary>Length of item and output vectors, M E.</summary>
    [JsonIgnore]
    public int VectorSize => Members * EmbeddingSize;

    /// <summary>Whether the network reads the time between interactions, and between the newest and the moment of a request.</summary>
    public bool TimeGaps { get; init; }

    /// <summary>What the artefact's item-to-item rules are multiplied by before they are added to the network's logits; 0: there are none.</summary>
    public float RulesWeight { get; init; }

    /// <summary>The rules' score counts as log(1 + this x score); 0: as it is.</summary>
    public float RulesScale { get; init; }

    /// <summary>What the logarithms of the artefact's nearest sessions' scores are multiplied by before they are added to the network's logits; 0: there are none.</summary>
    public float NeighboursWeight { get; init; }

    /// <summary>Settings of the artefact's Taste model; null: it has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TasteOptions? Taste { get; init; }

    /// <summary>Whether the artefact has linear item-to-item weights.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Linear { get; init; }

    /// <summary>The columns of the artefact's ranker by name (<see cref="RankerFeature"/> in snake case), in order; null: it has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? RankerFeatures { get; init; }

    /// <summary>Whether the artefact has <see cref="ItemFacts"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Facts { get; init; }

    /// <summary>What the ranker's logits say of the odds of a play; null: nobody knows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RankerCalibration? RankerCalibration { get; init; }

    /// <summary>Half-life of the trending counts that the ranker was fitted to, hours; 0: it has none, or knows no others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int TrendingHalfLifeHours { get; init; }

    /// <summary>Training settings (learning rate, epochs, dropout, seed...): recorded, not needed to serve.</summary>
    /// <remarks>Settable because the JSON source generator cannot fill an init-only one.</remarks>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Training { get; set; }

    /// <summary>Every tensor of a network of this size over so many items, in file order.</summary>
    public IEnumerable<TensorShape> Tensors(int itemCount)
    {
        var (vector, e, h, inner) = (VectorSize, EmbeddingSize, HiddenSize, EmbeddingSize * FeedForwardMultiple);
        yield return new("item_embedding", [itemCount, vector]);
        yield return new("item_bias", [itemCount]);
        yield return new("item_popularity", [itemCount]);
        yield return new("kind_embedding", [SessionArtefact.KindCount, vector]);
        yield return new("strength_embedding", [Strength.BucketCount, vector]);
        if (TimeGaps)
        {
            yield return new("gap_embedding", [TimeGap.BucketCount, vector]);
            yield return new("request_gap_embedding", [TimeGap.BucketCount, vector]);
        }

        for (var block = 0; block < Members * Blocks; block++)
        {
            var prefix = $"blocks.{block}.";
            yield return new(prefix + "norm1.weight", [e]);
            yield return new(prefix + "norm1.bias", [e]);
            yield return new(prefix + "lstm.weight_ih", [4 * h, e]);
            yield return new(prefix + "lstm.weight_hh", [4 * h, h]);
            yield return new(prefix + "lstm.bias", [4 * h]);
            if (h != e)
            {
                yield return new(prefix + "projection.weight", [e, h]);
                yield return new(prefix + "projection.bias", [e]);
            }

            yield return new(prefix + "norm2.weight", [e]);
            yield return new(prefix + "norm2.bias", [e]);
            yield return new(prefix + "up.weight", [inner, e]);
            yield return new(prefix + "up.bias", [inner]);
            yield return new(prefix + "down.weight", [e, inner]);
            yield return new(prefix + "down.bias", [e]);
        }

        yield return new("norm.weight", [vector]);
        yield return new("norm.bias", [vector]);
    }

    /// <summary>What is wrong with these sizes, or null.</summary>
    internal string? Problem() => this switch
    {
        { Members: < 1 or > MaxMembers } => $"members is {Members}, expected 1 to {MaxMembers}",
        { EmbeddingSize: < 1 or > MaxSize } => $"embedding_size is {EmbeddingSize}, expected 1 to {MaxSize}",
        { HiddenSize: < 1 or > MaxSize } => $"hidden_size is {HiddenSize}, expected 1 to {MaxSize}",
        { Blocks: < 1 or > MaxBlocks } => $"blocks is {Blocks}, expected 1 to {MaxBlocks}",
        { RulesWeight: not (>= 0 and <= 1e6f) } => $"rules_weight is {RulesWeight}, expected 0 to 1000000",
        { RulesScale: not (>= 0 and <= 1e6f) } => $"rules_scale is {RulesScale}, expected 0 to 1000000",
        { NeighboursWeight: not (>= 0 and <= 1e6f) } => $"neighbours_weight is {NeighboursWeight}, expected 0 to 1000000",
        { Taste: { } taste } when taste.Problem() is { } problem => $"taste: {problem}",
        { RankerCalibration: { } calibration } when calibration.Problem() is { } problem => $"ranker_calibration: {problem}",
        { RankerFeatures: { } features } when !features.SequenceEqual(RankerTable.FeatureNames.Take(features.Count), StringComparer.Ordinal) =>
            $"ranker_features are {string.Join(", ", features)}, this version knows {string.Join(", ", RankerTable.FeatureNames)}",
        { FeedForwardMultiple: < 1 or > 16 } => $"feed_forward_multiple is {FeedForwardMultiple}, expected 1 to 16",
        _ => null,
    };
}
