namespace Recsys.Inference.Neighbours;

/// <summary>Settings of <see cref="SessionKnn"/>; lambdas are those of STAN (Garg et al. 2019) and VSTAN (Ludewig et al. 2020), in places or milliseconds.</summary>
public sealed record SessionKnnOptions
{
    private const int MostPlaces = 10_000;
    private const int MostSessions = 1 << 20;

    /// <summary>Interactions of all sessions kept, newest sessions first; 2 million by default: 8 bytes each and 16 a session, which is 16 MB and what sessions take.</summary>
    public int MaxInteractions { get; init; } = 2_000_000;

    /// <summary>Longer sequences are cut into sessions of at most this many interactions, the newest piece whole; at least 2.</summary>
    public int MaxSessionLength { get; init; } = 50;

    /// <summary>Newest interactions of a history that are compared.</summary>
    public int Window { get; init; } = 10;

    /// <summary>Newest sessions looked at for each item of the history.</summary>
    public int SampleSize { get; init; } = 1000;

    /// <summary>Nearest sessions that recommend.</summary>
    public int Neighbours { get; init; } = 500;

    /// <summary>An interaction k places from the newest weighs exp(-k / this) in the similarity (spw). Above 0.</summary>
    public float PositionScale { get; init; } = 1.02f;

    /// <summary>A neighbour counts exp(-k / this), k the places from the newest interaction of the history to the newest that it shares (ipw); 0 for not at all.</summary>
    public float SharedPositionScale { get; init; } = 1.02f;

    /// <summary>A neighbour's item counts exp(-d / this), d its distance to the neighbour's last shared interaction (inh); 0 for not at all.</summary>
    public float DistanceScale { get; init; } = 2.05f;

    /// <summary>A session that ended so long ago counts exp(-1), ms (snh); 0 where times are unknown or of no use.</summary>
    public double RecencyScaleMs { get; init; }

    /// <summary>An item's score is multiplied by 1 + this times log(sessions / interactions of the item) (idf); 0 for not at all.</summary>
    public float RarityWeight { get; init; } = 1;

    /// <summary>Items before a neighbour's last shared interaction count this much of those behind it, 0 to 1; 1 is VSTAN.</summary>
    public float BeforeShare { get; init; } = 1;

    /// <summary>What is wrong with the values, or null.</summary>
    internal string? Problem() => this switch
    {
        { MaxSessionLength: < 2 or > MostPlaces } => $"the longest session is {MaxSessionLength}, expected 2 to {MostPlaces}",
        { Window: < 1 or > MostPlaces } => $"the window is {Window}, expected 1 to {MostPlaces}",
        { SampleSize: < 1 or > MostSessions } => $"the sample is {SampleSize}, expected 1 to {MostSessions}",
        { Neighbours: < 1 or > MostSessions } => $"the neighbours are {Neighbours}, expected 1 to {MostSessions}",
        { PositionScale: not (> 0 and < float.PositiveInfinity) } => $"the scale of places is {PositionScale}, expected above 0 and finite",
        { SharedPositionScale: not (>= 0 and < float.PositiveInfinity) } => $"the scale of shared places is {SharedPositionScale}, expected at least 0 and finite",
        { DistanceScale: not (>= 0 and < float.PositiveInfinity) } => $"the scale of distances is {DistanceScale}, expected at least 0 and finite",
        { RarityWeight: not (>= 0 and <= 1000) } => $"the weight of rarity is {RarityWeight}, expected 0 to 1000",
        { BeforeShare: not (>= 0 and <= 1) } => $"the share of what is before is {BeforeShare}, expected 0 to 1",
        _ => null,
    };
}
