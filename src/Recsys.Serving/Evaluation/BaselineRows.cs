using Recsys.Inference.Evaluation.Baselines;
using Recsys.Inference.Neighbours;
using Recsys.Inference.Rules;

namespace Recsys.Serving.Evaluation;

/// <summary>The simple recommenders of an evaluation, in the order of their rows. A further one is a further line.</summary>
internal static class BaselineRows
{
    /// <summary>Fits a recommender to the training sequences (dense ids, oldest first, a user an element) of so many items.</summary>
    internal delegate IBaseline Fit(IReadOnlyList<int[]> sequences, int itemCount);

    /// <summary>Each with what its row is called.</summary>
    public static IReadOnlyList<(string Name, Fit Fit)> All { get; } =
    [
        ("most popular", (sequences, itemCount) => MostPopular.Fit(sequences, itemCount)),
        ("item-kNN", (sequences, itemCount) => ItemKnn.Fit(sequences, itemCount)),
        ("Markov", (sequences, itemCount) => MarkovChain.Fit(sequences, itemCount)),
        ("sequential rules", (sequences, itemCount) => SequentialRules.Fit(sequences, itemCount)),
        ("VSTAN", (sequences, itemCount) => SessionKnn.Fit(sequences, null, itemCount, SessionKnnPreset.Choose(RulesShape.Of(sequences, itemCount)))),
    ];
}
