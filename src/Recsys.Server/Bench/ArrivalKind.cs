namespace Recsys.Server.Bench;

/// <summary>How operations follow each other.</summary>
internal enum ArrivalKind
{
    /// <summary>Independently, as those of many users do: gaps are exponentially distributed.</summary>
    Poisson,

    /// <summary>At equal gaps.</summary>
    Constant,
}
