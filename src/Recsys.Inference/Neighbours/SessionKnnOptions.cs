namespace Recsys.Inference.Neighbours;

/// <summary>Settings of <see cref="SessionKnn"/>; lambdas are those of STAN (Garg et al. 2019) and VSTAN (Ludewig et al. 2020), in places or milliseconds.</summary>
public sealed record SessionKnnOptions
{
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
}
