using System.Globalization;
using Recsys.Inference.Evaluation.Baselines;
using Recsys.Inference.Neighbours;
using Recsys.Inference.Rules;

namespace Recsys.Serving.Evaluation;

/// <summary>The simple recommenders of an evaluation, in the order of their rows. A further one is a further line.</summary>
internal static class BaselineRows
{
    /// <summary>EASE's matrix takes 4 bytes an item and item, 400 MB here, and the cube of the items in time; this may run in a server.</summary>
    public const int MostEaseItems = 10_000;

    /// <summary>Users and items together: iALS solves a system of 64 equations for each of them in each of twelve passes.</summary>
    public const int MostIalsVectors = 500_000;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<BaselineRow> All { get; } =
    [
        Of("most popular", data => MostPopular.Fit(data.Sequences, data.ItemCount)),
        Of("item-kNN", data => ItemKnn.Fit(data.Sequences, data.ItemCount)),
        Of("Markov", data => MarkovChain.Fit(data.Sequences, data.ItemCount)),
        Of("sequential rules", data => SequentialRules.Fit(data.Sequences, data.ItemCount)),
        Of("VSTAN", data => SessionKnn.Fit(data.Sequences, null, data.ItemCount, SessionKnnPreset.Choose(RulesShape.Of(data.Sequences, data.ItemCount)))),
        new("EASE", FitEase) { Problem = data => TooMany(data.ItemCount, MostEaseItems, "items") },
        new("iALS", FitIals) { Problem = data => TooMany((long)data.ItemCount + data.Sequences.Count, MostIalsVectors, "users and items") },
    ];

    private static BaselineRow Of(string name, Func<BaselineData, IBaseline> fit) =>
        new(name, (data, _) =>
        {
            var baseline = fit(data);
            return (one, scores) => baseline.Score(one.Sequence, scores);
        });

    private static CaseScorer.Score FitEase(BaselineData data, CancellationToken cancel)
    {
        var ease = EaseSelection.Fit(data.Sequences, data.ItemCount, data.ExcludeSeen, cancel);
        return (one, scores) => ease.Score(one.Sequence, scores);
    }

    private static CaseScorer.Score FitIals(BaselineData data, CancellationToken cancel)
    {
        var (ials, weight) = IalsSelection.Fit(data.Sequences, data.Strengths, data.ItemCount, data.ExcludeSeen, cancel);
        return (one, scores) => ials.Score(one.Sequence, weight == 0 ? [] : IalsSelection.Confidences(one.SequenceStrengths, weight), scores);
    }

    private static string? TooMany(long count, int most, string what) => count <= most
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{count} {what} are more than the {most} that it's fitted to");
}
