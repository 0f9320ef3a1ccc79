namespace Recsys.Serving.Migration;

/// <summary>Both stores compared, as read from them.</summary>
/// <param name="Rows">Counts and checksums.</param>
/// <param name="DifferenceCount">Users, item numbers, documents and files that aren't the same.</param>
/// <param name="Differences">The first of them, in words.</param>
/// <param name="MissingArtefacts">Models whose artefact the source itself doesn't have; no difference.</param>
public sealed record MigrationReport(
    IReadOnlyList<MigrationRow> Rows, long DifferenceCount, IReadOnlyList<string> Differences, IReadOnlyList<string> MissingArtefacts)
{
    /// <summary>Whether both stores have the same.</summary>
    public bool IsEqual => DifferenceCount == 0 && Rows.All(row => row.IsEqual);
}
