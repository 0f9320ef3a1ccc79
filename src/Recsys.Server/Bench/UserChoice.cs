namespace Recsys.Server.Bench;

/// <summary>Whose turn it is.</summary>
internal enum UserChoice
{
    /// <summary>All users one after another: no two neighbouring operations share one.</summary>
    Distinct,

    /// <summary>Few users much, many a little: the n-th most active is chosen in proportion to 1 / n to the power of the exponent.</summary>
    Zipf,
}
