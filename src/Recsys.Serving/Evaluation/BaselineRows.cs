using System.Globalization;
using Recsys.Inference.Evaluation.Baselines;
using Recsys.Inference.Taste;

namespace Recsys.Serving.Evaluation;

/// <summary>The simple recommenders of an evaluation, in the order of their rows. A further one is a further line.</summary>
internal static class BaselineRows
{
    /// <summary>EASE's matrix takes 4 bytes an item and item, 400 MB here, and the cube of the items in time; this may run in a server.</summary>
    public const int MostEaseItems = 10_000;

    /// <summary>Users and items together: iALS solves a system of 64 equations for each of them in each of twelve passes.</summary>
    public const int MostIalsVectors = 500_000;

    /// <summary>Interactions to learn from: sequential rules count up to nine pairs for each, some 50 bytes a pair, in the memory of what may be a server.</summary>
    public const int MostCountedInteractions = 20_000_000;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<BaselineRow> All { get; } =
    [
        Of("most popular", (data, _) => MostPopular.Fit(data.Sequences, data.ItemCount)),
        Counting("item-kNN", (data, cancel) => ItemKnnSelection.Fit(data.Sequences, data.ItemCount, data.ExcludeSeen, cancel)),
        Counting("Markov", (data, _) => MarkovChain.Fit(data.Sequences, data.ItemCount)),
        Counting("sequential rules", (data, _) => SequentialRules.Fit(data.Sequences, data.ItemCount)),
        Counting("VSTAN", (data, cancel) => VstanSelection.Fit(data.Sequences, data.TimesMs, data.ItemCount, data.ExcludeSeen, cancel)),
        new("EASE", FitEase) { Problem = data => TooMany(data.ItemCount, MostEaseItems, "items") },
        new("iALS", FitIals) { Problem = data => TooMany((long)data.ItemCount + data.Sequences.Count, MostIalsVectors, "users and items") },
    ];

    private static BaselineRow Of(string name, Func<BaselineData, CancellationToken, IBaseline> fit) =>
        new(name, (data, cancel) =>
        {
            var baseline = fit(data, cancel);
            return (one, scores) => baseline.Score(one.Sequence, scores);
        });

    private static BaselineRow Counting(string name, Func<BaselineData, CancellationToken, IBaseline> fit) =>
        Of(name, fit) with { Problem = data => TooMany(data.Sequences.Sum(sequence => (long)sequence.Length), MostCountedInteractions, "interactions") };

    private static CaseScorer.Score FitEase(BaselineData data, CancellationToken cancel)
    {
        var ease = EaseSelection.Fit(data.Sequences, data.ItemCount, data.ExcludeSeen, cancel);
        return (one, scores) => ease.Score(one.Sequence, scores);
    }

    private static CaseScorer.Score FitIals(BaselineData data, CancellationToken cancel)
    {
        var taste = TasteSelection.Fit(data.Sequences, data.Kinds, data.Strengths, data.ItemCount, data.ExcludeSeen, cancel);
        return (one, scores) => taste.Score(one.Sequence, TasteSelection.Confidences(one.SequenceKinds, one.SequenceStrengths, taste.Options.StrengthWeight), scores);
    }

    private static string? TooMany(long count, int most, string what) => count <= most
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{count} {what} are more than the {most} that it's fitted to");
}
