namespace Recsys.Server.Bench;

/// <summary>What the model of a load test has.</summary>
internal enum ModelSources
{
    /// <summary>The session network alone.</summary>
    Session,

    /// <summary>All sources and the ranker, as a trained model has.</summary>
    All,
}
