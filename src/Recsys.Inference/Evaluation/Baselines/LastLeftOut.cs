using Recsys.Inference.Partners;

namespace Recsys.Inference.Evaluation.Baselines;

/// <summary>
/// The last interaction of some training sequences, left out to choose a simple recommender's settings by. The sequences are spread evenly over those given, whose order says nothing.
/// </summary>
public sealed class LastLeftOut
{
    private readonly List<BlendCase> _cases = [];
    private readonly List<int> _places = [];

    /// <param name="sequences">Dense ids, oldest first.</param>
    /// <param name="mostSequences">Of so many sequences at most something is learned.</param>
    /// <param name="mostCases">Of so many at most the last interaction is left out.</param>
    public LastLeftOut(IReadOnlyList<int[]> sequences, int mostSequences, int mostCases)
    {
        Kept = Spread(Enumerable.Range(0, sequences.Count).Where(s => sequences[s].Length > 0).ToArray(), mostSequences);
        var held = Spread([.. Enumerable.Range(0, Kept.Count).Where(place => sequences[Kept[place]].Length > 1)], mostCases);
        var histories = Kept.Select(s => sequences[s]).ToArray();
        foreach (var place in held)
        {
            var whole = histories[place];
            histories[place] = whole[..^1];
            _places.Add(place);
            _cases.Add(new(histories[place], null, whole[^1]));
        }

        Sequences = histories;
    }

    /// <summary>Scores all items as the next one of a sequence.</summary>
    /// <param name="place">Place of the sequence in <see cref="Sequences"/>.</param>
    /// <param name="scores">(N), zeros.</param>
    public delegate void Scorer(int place, Span<float> scores);

    /// <summary>What settings are tried on: nothing that is left out is in here.</summary>
    public IReadOnlyList<int[]> Sequences { get; }

    /// <summary>What is left out, and the histories before it.</summary>
    public IReadOnlyList<BlendCase> Cases => _cases;

    /// <summary>Each case's sequence: its place in <see cref="Sequences"/>.</summary>
    public IReadOnlyList<int> Places => _places;

    /// <summary>Which of the sequences given each of <see cref="Sequences"/> is.</summary>
    public IReadOnlyList<int> Kept { get; }

    /// <summary>The times of <see cref="Sequences"/>.</summary>
    /// <param name="timesMs">Those of the sequences given; null where unknown.</param>
    public IReadOnlyList<long[]>? TimesOf(IReadOnlyList<long[]>? timesMs) =>
        timesMs is null ? null : [.. Kept.Select((given, place) => timesMs[given][..Sequences[place].Length])];

    /// <summary>Which of the candidates ranks best what was left out; the first where nothing could be, and of equal ones.</summary>
    /// <param name="candidates">At least one.</param>
    /// <param name="fit">Fits a candidate to <see cref="Sequences"/>. What it returns is called from several threads.</param>
    /// <param name="itemCount">Dense ids are below this.</param>
    /// <param name="excludeSeen">Whether a sequence's items are out of its ranking.</param>
    /// <param name="cancel">Ends the work early.</param>
    public T Best<T>(IReadOnlyList<T> candidates, Func<T, Scorer> fit, int itemCount, bool excludeSeen, CancellationToken cancel)
    {
        if (_cases.Count == 0 || candidates.Count == 1) return candidates[0];
        var (best, highest) = (candidates[0], -1.0);
        foreach (var candidate in candidates)
        {
            var scorer = fit(candidate);
            var ndcg = TargetGains.Of(_cases, itemCount, excludeSeen, (c, scores) => scorer(_places[c], scores), cancel).Average();
            if (ndcg > highest) (best, highest) = (candidate, ndcg);
        }

        return best;
    }

    private static int[] Spread(int[] places, int most) =>
        places.Length <= most ? places : [.. Enumerable.Range(0, most).Select(i => places[(int)((long)i * places.Length / most)])];
}
