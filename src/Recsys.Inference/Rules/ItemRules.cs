using Recsys.Inference.Index;

namespace Recsys.Inference.Rules;

/// <summary>
/// Item-to-item rules: for each source item its strongest targets, with weights. A history's score for item j is the sum over its newest
/// interactions i, k places back and of age g, of decay^k h(g) weight(i, j), h(g) = floor + (1 - floor) exp(-g / scale), which is what the weights were fitted
/// to. **Scale**: as the closed form and the counts estimate it, the score is the expected number of times that j comes next (near 0 to 1 with no future decay; 1 / (1 - b)
/// times that where the future decays by b; divided by count^p under a popularity power). It does not depend on how long a history
/// is, so one blend weight (<see cref="Partners.PartnersBlend"/>) serves all users. Memory: 8 bytes a rule and 4 a source. Immutable, thread-safe, no call allocates.
/// </summary>
public sealed class ItemRules
{
    private readonly int[] _offsets;
    private readonly int[] _targets;
    private readonly float[] _weights;

    /// <summary>Rules from their arrays, which must not change any more.</summary>
    /// <param name="offsets">(N + 1): source i's rules are from offsets[i] to before offsets[i + 1].</param>
    /// <param name="targets">(R): dense ids.</param>
    /// <param name="weights">(R).</param>
    /// <param name="decay">How histories are weighed.</param>
    /// <exception cref="InvalidDataException">Offsets fall or don't end at R, a target is not a dense id, or a value is not finite.</exception>
    public ItemRules(int[] offsets, int[] targets, float[] weights, RulesDecay decay)
    {
        Check(offsets, targets, weights, decay);
        (_offsets, _targets, _weights, Decay) = (offsets, targets, weights, decay);
    }

    /// <summary>Items, N.</summary>
    public int ItemCount => _offsets.Length - 1;

    /// <summary>Rules in all, R.</summary>
    public int Count => _targets.Length;

    /// <summary>What the rules take, bytes.</summary>
    public long Bytes => ((long)_offsets.Length * sizeof(int)) + ((long)Count * (sizeof(int) + sizeof(float)));

    /// <summary>How histories are weighed.</summary>
    public RulesDecay Decay { get; }

    /// <summary>(N + 1), ascending.</summary>
    public ReadOnlySpan<int> Offsets => _offsets;

    /// <summary>(R), each source's strongest first.</summary>
    public ReadOnlySpan<int> Targets => _targets;

    /// <summary>(R).</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>One source's targets, strongest first.</summary>
    public ReadOnlySpan<int> TargetsOf(int source) => _targets.AsSpan(_offsets[source].._offsets[source + 1]);

    /// <summary>One source's weights, as <see cref="TargetsOf"/>.</summary>
    public ReadOnlySpan<float> WeightsOf(int source) => _weights.AsSpan(_offsets[source].._offsets[source + 1]);

    /// <summary>The same rules with histories weighed in another way.</summary>
    public ItemRules With(RulesDecay decay) => new(_offsets, _targets, _weights, decay);

    /// <summary>Adds a history's scores to an array of all items.</summary>
    /// <param name="history">Dense ids, oldest first; ids that are not of these items are passed over, but keep their place.</param>
    /// <param name="agesMs">How long ago each interaction was, ms; empty where that is unknown: time then takes nothing.</param>
    /// <param name="scores">(N), added to.</param>
    /// <param name="weight">What the scores are multiplied by before they are added: the blend's weight.</param>
    public void Score(ReadOnlySpan<int> history, ReadOnlySpan<long> agesMs, Span<float> scores, float weight = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scores.Length, ItemCount);
        CheckAges(history, agesMs);
        for (var (at, end, place) = (history.Length - 1, Math.Max(0, history.Length - Decay.Window), 1f); at >= end && place > RulesDecay.Least; at--)
        {
            var factor = weight * place * Decay.OfAge(agesMs.IsEmpty ? 0 : agesMs[at]);
            place *= Decay.Place;
            if ((uint)history[at] >= (uint)ItemCount) continue;
            var targets = TargetsOf(history[at]);
            var weights = WeightsOf(history[at])[..targets.Length];
            for (var i = 0; i < targets.Length; i++) scores[targets[i]] += factor * weights[i];
        }
    }

    /// <summary>A history's scores, of the items that they reach only.</summary>
    /// <param name="history">As in the other form.</param>
    /// <param name="agesMs">As in the other form.</param>
    /// <param name="scratch">Working memory for these items, of the calling thread alone.</param>
    /// <returns>Each item reached, by ascending dense id; in the scratch, valid until its next use.</returns>
    public ReadOnlySpan<ScoredItem> Score(ReadOnlySpan<int> history, ReadOnlySpan<long> agesMs, RulesScratch scratch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scratch.ItemCount, ItemCount, nameof(scratch));
        CheckAges(history, agesMs);
        for (var (at, end, place) = (history.Length - 1, Math.Max(0, history.Length - Decay.Window), 1f); at >= end && place > RulesDecay.Least; at--)
        {
            var factor = place * Decay.OfAge(agesMs.IsEmpty ? 0 : agesMs[at]);
            place *= Decay.Place;
            if ((uint)history[at] < (uint)ItemCount) scratch.Add(TargetsOf(history[at]), WeightsOf(history[at]), factor);
        }

        return scratch.Take();
    }

    private static void CheckAges(ReadOnlySpan<int> history, ReadOnlySpan<long> agesMs)
    {
        if (!agesMs.IsEmpty) ArgumentOutOfRangeException.ThrowIfNotEqual(agesMs.Length, history.Length, nameof(agesMs));
    }

    private static void Check(int[] offsets, int[] targets, float[] weights, RulesDecay decay)
    {
        if (offsets.Length == 0 || offsets[0] != 0) throw new InvalidDataException($"rules.offsets begins with {(offsets.Length == 0 ? "nothing" : offsets[0])}, expected 0.");
        for (var i = 1; i < offsets.Length; i++)
        {
            if (offsets[i] < offsets[i - 1]) throw new InvalidDataException($"rules.offsets falls from {offsets[i - 1]} to {offsets[i]} at {i}, expected ascending.");
        }

        if (offsets[^1] != targets.Length) throw new InvalidDataException($"rules.offsets ends with {offsets[^1]}, expected the number of targets, {targets.Length}.");
        if (weights.Length != targets.Length) throw new InvalidDataException($"rules.weights has {weights.Length} values, expected one a target, {targets.Length}.");
        for (var i = 0; i < targets.Length; i++)
        {
            if ((uint)targets[i] >= (uint)(offsets.Length - 1))
            {
                throw new InvalidDataException($"rules.targets holds {targets[i]} at {i}, expected a dense id below {offsets.Length - 1}.");
            }

            if (!float.IsFinite(weights[i])) throw new InvalidDataException($"rules.weights holds {weights[i]} at {i}, expected finite values.");
        }

        if (decay.Problem() is { } problem) throw new InvalidDataException($"rules.decay: {problem}.");
    }
}
