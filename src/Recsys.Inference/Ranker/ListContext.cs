namespace Recsys.Inference.Ranker;

/// <summary>What the ranker sees of users and moment, which is the same for all candidates.</summary>
/// <param name="HistoryCount">The users' targets that lists go by, of whoever has most.</param>
/// <param name="MomentMs">For when the list is, Unix ms; 0: unknown.</param>
/// <param name="LastMs">When the users last did anything, Unix ms; 0: unknown.</param>
/// <param name="Profile">(K) what of the users' newest interactions is of each category (<see cref="ItemFacts.AddProfile"/>); empty: unknown.</param>
public readonly ref struct ListContext(int HistoryCount, long MomentMs, long LastMs, ReadOnlySpan<float> Profile)
{
    private const double MsAnHour = 3_600_000;

    /// <summary>The users' targets that lists go by, of whoever has most.</summary>
    public int HistoryCount { get; } = HistoryCount;

    /// <summary>For when the list is, Unix ms; 0: unknown.</summary>
    public long MomentMs { get; } = MomentMs;

    /// <summary>log(1 + hours since the users last did anything); not-a-number: unknown.</summary>
    public float Gap { get; } = MomentMs <= 0 || LastMs <= 0 ? float.NaN : (float)Math.Log(1 + (Math.Max(0, MomentMs - LastMs) / MsAnHour));

    /// <summary>(K); empty: unknown.</summary>
    public ReadOnlySpan<float> Profile { get; } = Profile;
}
