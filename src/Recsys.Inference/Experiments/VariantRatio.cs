namespace Recsys.Inference.Experiments;

/// <summary>How many users a variant has, and should have.</summary>
/// <param name="Name">The variant.</param>
/// <param name="Users">Users counted.</param>
/// <param name="ExpectedUsers">By its share of all that were counted.</param>
/// <param name="Share">Counted share.</param>
/// <param name="ExpectedShare">Meant share, of those in the experiment.</param>
/// <param name="Residual">The difference in standard deviations of the count (adjusted residual): beyond 3 it's off by itself.</param>
public sealed record VariantRatio(string Name, long Users, double ExpectedUsers, double Share, double ExpectedShare, double Residual);
