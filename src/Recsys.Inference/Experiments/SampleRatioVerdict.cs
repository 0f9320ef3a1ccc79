namespace Recsys.Inference.Experiments;

/// <summary>What a sample-ratio check says.</summary>
public enum SampleRatioVerdict
{
    /// <summary>A variant should have fewer than 5 users: the chi-square distribution doesn't hold yet (Cochran 1954), and nothing is said.</summary>
    TooFew,

    /// <summary>The counts are as chance makes them.</summary>
    Balanced,

    /// <summary>Chance makes such counts less often than once in a thousand times. Users are lost or counted twice somewhere, and no figure of the experiment can be trusted.</summary>
    Mismatch,
}
