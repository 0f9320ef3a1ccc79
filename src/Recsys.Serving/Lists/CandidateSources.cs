using Recsys.Inference.Ranker;

namespace Recsys.Serving.Lists;

/// <summary>Sets of sources, and what they are to a model.</summary>
internal static class CandidateSources
{
    // By ModelSource.
    private static readonly CandidateSource[] OfModels = [CandidateSource.Session, CandidateSource.CoWatched, CandidateSource.Taste, CandidateSource.Linear, CandidateSource.Similar];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<CandidateSource> All { get; } = Enum.GetValues<CandidateSource>();

    /// <summary>The bit of a source in a set.</summary>
    public static byte Bit(CandidateSource source) => (byte)(1 << ((int)source - 1));

    /// <summary>The source that shows a model's.</summary>
    /// <exception cref="IndexOutOfRangeException">Not a source of a model.</exception>
    public static CandidateSource Of(ModelSource source) => OfModels[(int)source];

    /// <summary>The other way round.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a source of a model.</exception>
    public static ModelSource OfModel(CandidateSource source)
    {
        var model = Array.IndexOf(OfModels, source);
        return model >= 0 ? (ModelSource)model : throw new ArgumentOutOfRangeException(nameof(source), source, "Not a source of a model.");
    }
}
