using Recsys.Inference.Ranker;
using Recsys.Inference.Rules;
using Recsys.Inference.Taste;

namespace Recsys.Tests.Serving;

/// <summary>What a test's model has beside its network and its partners.</summary>
/// <param name="Taste">Long-term taste.</param>
/// <param name="Linear">Linear weights.</param>
/// <param name="Ranker">The ranker.</param>
/// <param name="TrendingHalfLifeHours">Of the counts that the ranker knows.</param>
internal sealed record ModelExtras(TasteModel? Taste = null, ItemRules? Linear = null, RankerWeights? Ranker = null, int TrendingHalfLifeHours = 24)
{
    /// <summary>Facts of the items.</summary>
    public ItemFacts? Facts { get; init; }

    /// <summary>What logits say of the odds.</summary>
    public RankerCalibration? Calibration { get; init; }
}
