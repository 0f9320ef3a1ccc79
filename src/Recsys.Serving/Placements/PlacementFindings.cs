namespace Recsys.Serving.Placements;

/// <summary>Collects what is wrong with a placement.</summary>
internal sealed class PlacementFindings
{
    /// <summary>More isn't collected: nobody reads it.</summary>
    public const int MaxReported = 100;

    private readonly List<PlacementViolation> _all = [];

    public IReadOnlyList<PlacementViolation> All => _all;

    /// <summary>Whether no more will be collected.</summary>
    public bool AreMany => _all.Count >= MaxReported;

    public void Add(string field, string description)
    {
        if (!AreMany) _all.Add(new(field, description));
    }

    public bool Count(string field, int count, int max)
    {
        if (count <= max) return true;
        Add(field, FormattableString.Invariant($"holds {count} entries, at most {max} are allowed"));
        return false;
    }

    public void Range(string field, int value, int min, int max)
    {
        if (value < min || value > max) Add(field, FormattableString.Invariant($"must be {min} to {max}, is {value}"));
    }

    /// <summary>NaN is in no range.</summary>
    public void Range(string field, double value, double min, double max)
    {
        if (!(value >= min && value <= max)) Add(field, FormattableString.Invariant($"must be {min} to {max}, is {value}"));
    }

    public void Period(string field, PlacementPeriod period)
    {
        if (period.IsEmpty()) Add($"{field}.end_time", "must be after start_time");
    }
}
