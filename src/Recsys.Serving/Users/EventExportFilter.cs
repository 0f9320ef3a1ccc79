namespace Recsys.Serving.Users;

/// <summary>Which events of a namespace to export.</summary>
/// <param name="FromMs">Received at this time or later, Unix ms.</param>
/// <param name="ToMs">Received before this time, Unix ms.</param>
/// <param name="Exposures">Impressions too, after all other events.</param>
/// <param name="Undone">Events that were taken back too.</param>
public sealed record EventExportFilter(long FromMs, long ToMs, bool Exposures, bool Undone);
