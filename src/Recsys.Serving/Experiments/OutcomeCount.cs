namespace Recsys.Serving.Experiments;

/// <summary>What one reading of outcomes has met so far.</summary>
internal sealed class OutcomeCount
{
    /// <summary>Users that are through.</summary>
    public long Users { get; set; }

    /// <summary>Entries of the log that were read for them.</summary>
    public long Entries { get; set; }

    /// <summary>Impressions that name the placement but no list.</summary>
    public long Unattributed { get; set; }

    /// <summary>How far it is.</summary>
    public ExperimentProgress Progress => new(Users, Entries);
}
