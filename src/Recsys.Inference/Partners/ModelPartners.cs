using System.Buffers;
using Recsys.Inference.Neighbours;
using Recsys.Inference.Rules;

namespace Recsys.Inference.Partners;

/// <summary>
/// What is added to a network's logits: item-to-item rules and nearest sessions, each where there is one. Both look at a history's newest targets only, so a user's
/// ring is all they need. Lists, evaluation and training go through this one. Immutable, thread-safe.
/// </summary>
/// <param name="rules">Item-to-item rules; null: none.</param>
/// <param name="neighbours">Past sessions; null: none.</param>
/// <param name="weights">Their weights.</param>
public sealed class ModelPartners(ItemRules? rules, SessionKnn? neighbours, PartnerWeights weights)
{
    /// <summary>No partners.</summary>
    public static ModelPartners None { get; } = new(null, null, default);

    /// <summary>Item-to-item rules; null: none.</summary>
    public ItemRules? Rules => rules;

    /// <summary>Past sessions; null: none.</summary>
    public SessionKnn? Neighbours => neighbours;

    /// <summary>Their weights.</summary>
    public PartnerWeights Weights => weights;

    /// <summary>Newest targets of a history that are looked at; 0 where there are no partners.</summary>
    public int Window => Math.Max(rules?.Decay.Window ?? 0, neighbours?.Options.Window ?? 0);

    /// <summary>Adds what all of them say.</summary>
    /// <param name="history">Dense ids, oldest first; ids that are not of these items are passed over, but keep their place.</param>
    /// <param name="scores">(N), added to.</param>
    /// <param name="except">As for <see cref="SessionKnn.AddLogarithms"/>.</param>
    public void Add(ReadOnlySpan<int> history, Span<float> scores, int except = -1)
    {
        AddRules(history, scores);
        AddNeighbours(history, scores, except);
    }

    /// <summary>Adds what the rules say.</summary>
    /// <param name="history">As for <see cref="Add"/>.</param>
    /// <param name="scores">(N), added to.</param>
    public void AddRules(ReadOnlySpan<int> history, Span<float> scores)
    {
        if (rules is null) return;
        if (weights.RulesScale == 0)
        {
            rules.Score(history, [], scores, weights.Rules);
            return;
        }

        var buffer = ArrayPool<float>.Shared.Rent(scores.Length);
        var own = buffer.AsSpan(0, scores.Length);
        own.Clear();
        rules.Score(history, [], own);
        for (var i = 0; i < own.Length; i++)
        {
            if (own[i] != 0) scores[i] += weights.OfRules(own[i]);
        }

        ArrayPool<float>.Shared.Return(buffer);
    }

    /// <summary>Adds what the nearest sessions say.</summary>
    /// <param name="history">As for <see cref="Add"/>.</param>
    /// <param name="scores">(N), added to.</param>
    /// <param name="except">As for <see cref="SessionKnn.AddLogarithms"/>.</param>
    public void AddNeighbours(ReadOnlySpan<int> history, Span<float> scores, int except = -1) => neighbours?.AddLogarithms(history, scores, weights.Neighbours, except);
}
