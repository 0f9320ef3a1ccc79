using Recsys.Inference.Ranker;

namespace Recsys.Training.Ranker;

/// <summary>A held-out target among its candidates.</summary>
/// <param name="User">Whose.</param>
/// <param name="Features">(F, candidates), column by column.</param>
/// <param name="Count">Candidates.</param>
/// <param name="Target">The target's place among them; -1: no source proposed it, which no ranking can mend.</param>
/// <param name="Items">(candidates) dense ids.</param>
/// <param name="SessionRank">The target's rank by the session source alone among all items, from 1: what the ranker has to be better than.</param>
internal sealed record RankerCase(int User, float[] Features, int Count, int Target, int[] Items, int SessionRank)
{
    /// <summary>Whether the candidates are what was shown in one list: else they're what the sources propose.</summary>
    public bool IsShown { get; init; }

    /// <summary>(candidates) of what was shown, whether it was played.</summary>
    public bool[] Played { get; init; } = [];

    /// <summary>What the user wanted last before, oldest first: the last <see cref="WatchedNext.Reach"/> dense ids.</summary>
    public uint[] Newest { get; init; } = [];

    /// <summary>For when the features are, Unix ms.</summary>
    public long MomentMs { get; init; }

    /// <summary>A case of a table.</summary>
    public static RankerCase Of(int user, RankerTable table, CandidatePool pool, int target, int sessionRank)
    {
        var one = new RankerCase(user, new float[RankerTable.FeatureCount * table.Count], table.Count, target, [.. pool.Items], sessionRank);
        for (var feature = 0; feature < RankerTable.FeatureCount; feature++)
            table.Column((RankerFeature)feature).CopyTo(one.Column(feature));
        return one;
    }

    /// <summary>Some of the candidates, by their places in the order given; the target must be among them, if there is one.</summary>
    public RankerCase Only(int[] places)
    {
        var features = new float[RankerTable.FeatureCount * places.Length];
        var some = new RankerCase(User, features, places.Length, Array.IndexOf(places, Target), Array.ConvertAll(places, place => Items[place]), SessionRank) { MomentMs = MomentMs, Newest = Newest };
        for (var feature = 0; feature < RankerTable.FeatureCount; feature++)
        {
            for (var i = 0; i < places.Length; i++)
                some.Column(feature)[i] = Column(feature)[places[i]];
        }
        return some;
    }

    /// <summary>The other way round.</summary>
    public RankerTable ToTable()
    {
        var table = new RankerTable();
        table.Reset(Count);
        for (var feature = 0; feature < RankerTable.FeatureCount; feature++)
            Column(feature).CopyTo(table.Column((RankerFeature)feature));
        return table;
    }

    /// <summary>One feature of all candidates.</summary>
    public Span<float> Column(int feature) => Features.AsSpan(feature * Count, Count);
}
