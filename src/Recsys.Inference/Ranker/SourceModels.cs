using Recsys.Inference.Kernels;
using Recsys.Inference.Partners;
using Recsys.Inference.Rules;
using Recsys.Inference.Taste;

namespace Recsys.Inference.Ranker;

/// <summary>
/// What a model has beside its session network: the further sources of candidates and the ranker over what all of them say. Lists, evaluation and training score through this one, so that
/// the ranker sees the same features in each. Immutable, thread-safe.
/// </summary>
/// <param name="partners">What is added to the network's logits.</param>
/// <param name="taste">Long-term taste; null: none.</param>
/// <param name="linear">Linear item-to-item weights; null: none.</param>
/// <param name="ranker">The ranker; null: candidates are ranked by the session source.</param>
/// <param name="popularity">(N) interactions in the training data.</param>
/// <param name="facts">What is known of the items beside; null: nothing.</param>
/// <param name="calibration">What the ranker's logits say of the odds of a play; null: nobody knows.</param>
public sealed class SourceModels(
    ModelPartners partners, TasteModel? taste, ItemRules? linear, RankerNetwork? ranker, float[] popularity, ItemFacts? facts = null, RankerCalibration? calibration = null)
{
    /// <summary>Candidates that the session source proposes at most; a list is no deeper.</summary>
    public const int SessionDepth = 500;

    /// <summary>Candidates that each other source proposes at most.</summary>
    public const int SourceDepth = 100;

    /// <summary>Newest targets of a history that the sources go by: as many as a user's ring keeps when it's cut.</summary>
    public const int HistoryLength = 200;

    /// <summary>How much more slowly the counts of <see cref="RankerFeature.Lasting"/> halve than those of <see cref="RankerFeature.Trending"/>.</summary>
    public const int LastingFactor = 30;

    private const int SimilarItems = 5;
    private const float SimilarDecay = 0.7f;

    private readonly float[] _logPopularity = Array.ConvertAll(popularity, count => MathF.Log(1 + count));

    /// <summary>Long-term taste; null: none.</summary>
    public TasteModel? Taste => taste;

    /// <summary>Linear item-to-item weights; null: none.</summary>
    public ItemRules? Linear => linear;

    /// <summary>The ranker; null: none.</summary>
    public RankerNetwork? Ranker => ranker;

    /// <summary>What is known of the items beside; null: nothing.</summary>
    public ItemFacts? Facts => facts;

    /// <summary>What the ranker's logits say of the odds of a play; null: nobody knows.</summary>
    public RankerCalibration? Calibration => calibration;

    /// <summary>Whether the model has a source.</summary>
    public bool Has(ModelSource source) => source switch
    {
        ModelSource.Session => true,
        ModelSource.CoWatched => partners.Rules is not null,
        ModelSource.Taste or ModelSource.Similar => taste is not null,
        ModelSource.Linear => linear is not null,
        _ => false,
    };

    /// <summary>All items' scores by one source.</summary>
    /// <param name="source">One that the model has.</param>
    /// <param name="history">The user's.</param>
    /// <param name="scores">(N): of <see cref="ModelSource.Session"/> the network's logits, to which the nearest sessions are added; of all others overwritten.</param>
    /// <param name="except">As for <see cref="ModelPartners.Add"/>.</param>
    public void Score(ModelSource source, in UserHistory history, Span<float> scores, int except = -1)
    {
        switch (source)
        {
            case ModelSource.Session:
                partners.AddNeighbours(history.Items, scores, except);
                break;
            case ModelSource.CoWatched:
                scores.Clear();
                partners.AddRules(history.Items, scores);
                break;
            case ModelSource.Taste:
                if (history.Taste.IsEmpty) scores.Clear();
                else taste!.Score(history.Taste, scores);
                break;
            case ModelSource.Linear:
                scores.Clear();
                linear!.Score(history.Items, [], scores);
                break;
            case ModelSource.Similar:
                ScoreSimilar(history.Items, scores);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(source), source, "Not a source of the model.");
        }
    }

    /// <summary>Fills a table with the candidates' features.</summary>
    /// <param name="pool">The candidates. Of those whose id is beyond the model's items nothing is known: the caller fills in what it thinks of them.</param>
    /// <param name="scores">What each source that is on says of all items.</param>
    /// <param name="on">Whether a source is on, by <see cref="ModelSource"/>; of one that is off the features are absent.</param>
    /// <param name="trending">Decayed counts of the candidates, by their place in the pool; empty: unknown.</param>
    /// <param name="lasting">The same with the long half-life (<see cref="LastingFactor"/>).</param>
    /// <param name="context">Users and moment.</param>
    /// <param name="table">Filled.</param>
    public void Fill(CandidatePool pool, SourceScores scores, ReadOnlySpan<bool> on, ReadOnlySpan<float> trending, ReadOnlySpan<float> lasting, in ListContext context, RankerTable table)
    {
        table.Reset(pool.Count);
        for (var source = ModelSource.Session; source <= ModelSource.Similar; source++)
        {
            var values = table.Column((RankerFeature)source);
            var ranks = table.Column(RankerFeature.SessionRank + (int)source);
            if (!on[(int)source])
            {
                values.Fill(Absent((RankerFeature)source));
                ranks.Fill(Absent(RankerFeature.SessionRank + (int)source));
                continue;
            }

            var own = scores.Of(source);
            var less = source == ModelSource.Session ? LogSumExp.Of(own) : 0;
            for (var i = 0; i < values.Length; i++)
            {
                if (pool.Items[i] < own.Length) (values[i], ranks[i]) = (own[pool.Items[i]] - less, pool.RankOf(i, (int)source));
            }
        }

        var popular = table.Column(RankerFeature.Popularity);
        for (var i = 0; i < popular.Length; i++)
        {
            if (pool.Items[i] < _logPopularity.Length) popular[i] = _logPopularity[pool.Items[i]];
        }

        FillCounts(RankerFeature.Trending, trending, table);
        FillCounts(RankerFeature.Lasting, lasting, table);
        table.Column(RankerFeature.HistoryLength).Fill(MathF.Log(1 + context.HistoryCount));
        table.Column(RankerFeature.Gap).Fill(float.IsNaN(context.Gap) ? Absent(RankerFeature.Gap) : context.Gap);
        table.Column(RankerFeature.Position).Fill(Absent(RankerFeature.Position));
        table.Column(RankerFeature.WatchedNext).Fill(Absent(RankerFeature.WatchedNext));
        FillFacts(pool, context, table);
    }

    private void FillFacts(CandidatePool pool, in ListContext context, RankerTable table)
    {
        var ages = table.Column(RankerFeature.Age);
        var affinities = table.Column(RankerFeature.CategoryAffinity);
        var times = table.Column(RankerFeature.TimeOfWeek);
        var (age, affinity, time) = (Absent(RankerFeature.Age), Absent(RankerFeature.CategoryAffinity), Absent(RankerFeature.TimeOfWeek));
        var part = ItemFacts.PartOfWeek(context.MomentMs);
        for (var i = 0; i < ages.Length; i++)
        {
            var item = pool.Items[i];
            var isKnown = item < facts?.ItemCount;
            ages[i] = isKnown && context.MomentMs > 0 && facts!.Age(item, context.MomentMs) is var known && !float.IsNaN(known) ? known : age;
            affinities[i] = isKnown && !context.Profile.IsEmpty ? facts!.Affinity(item, context.Profile) : affinity;
            times[i] = isKnown && context.MomentMs > 0 ? facts!.TimeOfWeek(item, part) : time;
        }
    }

    private void FillCounts(RankerFeature feature, ReadOnlySpan<float> counts, RankerTable table)
    {
        var column = table.Column(feature);
        if (counts.IsEmpty) column.Fill(Absent(feature));
        for (var i = 0; i < counts.Length; i++) column[i] = MathF.Log(1 + counts[i]);
    }

    /// <summary>What stands for what isn't known; without a ranker not-a-number, for whoever fits one to see.</summary>
    private float Absent(RankerFeature feature) => ranker?.Absent(feature) ?? float.NaN;

    private void ScoreSimilar(ReadOnlySpan<int> history, Span<float> scores)
    {
        Span<float> query = stackalloc float[taste!.Dimensions];
        query.Clear();
        var (weight, found) = (1f, 0);
        for (var at = history.Length - 1; at >= 0 && found < SimilarItems; at--)
        {
            if (history[at] < 0) continue;
            taste.AddDirection(history[at], weight, query);
            weight *= SimilarDecay;
            found++;
        }

        taste.ScoreDirections(query, scores);
    }
}
