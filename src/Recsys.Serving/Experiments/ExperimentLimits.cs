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

    /// <summary>Bytes of UTF-8 of a variant's name.</summary>
    public const int NameBytes = 64;
}
