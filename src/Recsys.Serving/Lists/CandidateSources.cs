using Recsys.Inference.Ranker;

namespace Recsys.Serving.Lists;

/// <summary>Sets of sources, and what they are to a model.</summary>
internal static class CandidateSources
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<CandidateSource> All { get; } = Enum.GetValues<CandidateSource>();

    /// <summary>The bit of a source in a set.</summary>
    public static byte Bit(CandidateSource source) => (byte)(1 << ((int)source - 1));

    /// <summary>The source that shows a model's.</summary>
    public static CandidateSource Of(ModelSource source) => source switch
    {
        ModelSource.Session => CandidateSource.Session,
        ModelSource.CoWatched => CandidateSource.CoWatched,
        ModelSource.Taste => CandidateSource.Taste,
        ModelSource.Linear => CandidateSource.Linear,
        ModelSource.Similar => CandidateSource.Similar,
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "Not a source of a model."),
    };

    /// <summary>The other way round; of a source of a model.</summary>
    public static ModelSource OfModel(CandidateSource source) => source switch
    {
        CandidateSource.Session => ModelSource.Session,
        CandidateSource.CoWatched => ModelSource.CoWatched,
        CandidateSource.Taste => ModelSource.Taste,
        CandidateSource.Linear => ModelSource.Linear,
        CandidateSource.Similar => ModelSource.Similar,
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "Not a source of a model."),
    };
}
