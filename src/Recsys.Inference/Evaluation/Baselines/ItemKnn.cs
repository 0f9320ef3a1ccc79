namespace Recsys.Inference.Evaluation.Baselines;

/// <summary>
/// Item-based nearest neighbours (Sarwar et al. 2001; Deshpande and Karypis 2004): cosine over the users that two items share, each item's nearest
/// neighbours kept, a history's neighbours summed with weights that fall with age. Two items of a user count for more the closer together they were
/// consumed (as in session kNN, Ludewig and Jannach 2018). Items that no neighbour reaches are ordered by popularity, below all others.
/// </summary>
public sealed class ItemKnn : IBaseline
{
    private readonly float[] _popularity;
    private readonly int[][] _neighbours;
    private readonly float[][] _similarities;
    private readonly ItemKnnOptions _options;

    private ItemKnn(float[] popularity, int[][] neighbours, float[][] similarities, ItemKnnOptions options)
    {
        _popularity = popularity;
        _neighbours = neighbours;
        _similarities = similarities;
        _options = options;
    }

    /// <inheritdoc/>
    public string Name => "item kNN";

    /// <summary>Finds each item's neighbours. Time grows with the sum over users of their length times twice the window.</summary>
    /// <param name="sequences">Each user's dense ids, oldest first.</param>
    /// <param name="itemCount">Dense ids are below this.</param>
    /// <param name="options">Weights and sizes; null for the defaults.</param>
    public static ItemKnn Fit(IReadOnlyList<int[]> sequences, int itemCount, ItemKnnOptions? options = null)
    {
        options ??= new();
        var occurrences = Occurrences(sequences, itemCount);
        var popularity = new float[itemCount];
        for (var i = 0; i < itemCount; i++) popularity[i] = occurrences[i].Count;
        var neighbours = new int[itemCount][];
        var similarities = new float[itemCount][];
        var shared = new float[itemCount];
        var touched = new List<int>();
        for (var item = 0; item < itemCount; item++)
        {
            foreach (var (user, place) in occurrences[item])
            {
                var sequence = sequences[user];
                var end = Math.Min(sequence.Length, place + options.Window + 1);
                for (var other = Math.Max(0, place - options.Window); other < end; other++)
                {
                    var j = sequence[other];
                    if (j == item) continue;
                    if (shared[j] == 0) touched.Add(j);
                    shared[j] += 1f / MathF.Pow(Math.Abs(other - place), options.DistancePower);
                }
            }

            var similarity = touched
                .Select(j => (Item: j, Value: shared[j] / MathF.Sqrt((popularity[item] + options.Shrinkage) * (popularity[j] + options.Shrinkage))))
                .OrderByDescending(pair => pair.Value)
                .ThenBy(pair => pair.Item)
                .Take(options.Neighbours)
                .ToArray();
            neighbours[item] = [.. similarity.Select(pair => pair.Item)];
            similarities[item] = [.. similarity.Select(pair => pair.Value)];
            foreach (var j in touched) shared[j] = 0;
            touched.Clear();
        }

        return new(popularity, neighbours, similarities, options);
    }

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<int> history, Span<float> scores)
    {
        // Far below any similarity, so that popularity only orders what no neighbour reaches.
        for (var i = 0; i < _popularity.Length; i++) scores[i] = _popularity[i] * 1e-12f;
        var weight = 1f;
        for (var at = history.Length - 1; at >= 0 && weight > 1e-4f; at--)
        {
            var near = _neighbours[history[at]];
            var similarity = _similarities[history[at]];
            for (var i = 0; i < near.Length; i++) scores[near[i]] += weight * similarity[i];
            weight *= _options.Decay;
        }
    }

    private static List<(int User, int Place)>[] Occurrences(IReadOnlyList<int[]> sequences, int itemCount)
    {
        var occurrences = new List<(int, int)>[itemCount];
        for (var i = 0; i < itemCount; i++) occurrences[i] = [];
        for (var user = 0; user < sequences.Count; user++)
        {
            for (var place = 0; place < sequences[user].Length; place++) occurrences[sequences[user][place]].Add((user, place));
        }

        return occurrences;
    }
}
