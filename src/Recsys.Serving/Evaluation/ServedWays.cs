using Recsys.Inference.Ranker;
using Recsys.Serving.Lists;

namespace Recsys.Serving.Evaluation;

/// <summary>The ways to weigh a model's sources that an evaluation asks the engine for: all of them, each of the main ones alone, all without each.</summary>
internal static class ServedWays
{
    private static readonly (CandidateSource Source, string Name)[] Names =
    [
        (CandidateSource.Session, "session"),
        (CandidateSource.CoWatched, "co-watched"),
        (CandidateSource.Taste, "taste"),
        (CandidateSource.Linear, "linear"),
        (CandidateSource.Similar, "similar"),
        (CandidateSource.Trending, "trending"),
    ];

    /// <summary>The ways; a model with the session source alone has one.</summary>
    public static IReadOnlyList<(string Name, SourceWeights Weights)> Of(SourceModels sources)
    {
        // The rules were part of the session model before they were a source of their own.
        var session = ("session", SourceWeights.Only(CandidateSource.Session, CandidateSource.CoWatched));
        if (sources.Ranker is null) return [session];
        return
        [
            ("whole", SourceWeights.Default),
            session,
            .. sources.Taste is null ? [] : new[] { ("taste", SourceWeights.Only(CandidateSource.Taste)) },
            .. Names.Where(one => one.Source is CandidateSource.Trending or CandidateSource.CoWatched || sources.Has(CandidateSources.OfModel(one.Source)))
                .Select(one => ($"whole without {one.Name}", SourceWeights.Default.With(one.Source, 0))),
        ];
    }
}
