namespace Recsys.Serving.Experiments;

/// <summary>How much experiments may hold; recsys.v1.Experiment states it.</summary>
public static class ExperimentLimits
{
    /// <summary>Experiments of a namespace, running and stopped. All are one document of the store.</summary>
    public const int Experiments = 200;

    /// <summary>The fewest variants.</summary>
    public const int LeastVariants = 2;

    /// <summary>The most variants.</summary>
    public const int Variants = 10;

    /// <summary>The least share of all users.</summary>
    public const double LeastShare = 0.001;

    /// <summary>Model versions that a namespace's running experiments name together: each is in every server's memory beside the live one.</summary>
    public const int Models = 10;

    /// <summary>Bytes of UTF-8 of a variant's name.</summary>
    public const int NameBytes = 64;
}
