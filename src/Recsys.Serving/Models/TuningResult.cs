namespace Recsys.Serving.Models;

/// <summary>What a tuning found.</summary>
/// <param name="Table">For people: the trials, best first, and the verdict.</param>
/// <param name="ReportJson">Everything, as JSON.</param>
public sealed record TuningResult(string Table, string ReportJson);
