namespace Recsys.Datasets;

/// <summary>A window in which an item may be shown.</summary>
/// <param name="Countries">ISO 3166-1 alpha-2 codes; none: everywhere.</param>
/// <param name="Start">From this moment on; null: always.</param>
/// <param name="End">Up to this moment; null: for ever.</param>
public sealed record DatasetAvailability(IReadOnlyList<string> Countries, DateTimeOffset? Start, DateTimeOffset? End);
