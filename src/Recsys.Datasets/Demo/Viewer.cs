namespace Recsys.Datasets.Demo;

/// <summary>One user of the demo world: taste, habits, and what is begun.</summary>
internal sealed class Viewer
{
    private const double FavouriteShare = 0.92;
    private static readonly double[] FavouriteWeights = [0.55, 0.25, 0.12];
    private static readonly DatasetItemKind[] Kinds = [DatasetItemKind.Game, DatasetItemKind.Film, DatasetItemKind.Episode];
    private readonly double[] _taste = new double[DemoWords.Genres.Count];
    private readonly HashSet<int> _seen = [];

    public Viewer(int index, DemoRandom random)
    {
        Index = index;
        Random = random;
        MaxAge = random.Chance(0.1) ? 6 : 21;
        for (var i = 0; i < _taste.Length; i++)
            _taste[i] = (1 - FavouriteShare) / _taste.Length;
        foreach (var weight in FavouriteWeights)
            _taste[RandomGenre()] += weight;
        Mood = random.Next(0, DemoWords.Moods.Count);
        KindWeights = [random.Between(0.2, 1), random.Between(0.2, 1), random.Between(0.4, 1.4)];
        KindWeights[random.Next(0, 3)] *= 2.5;
        PeakHour = random.Chance(0.65) ? random.Next(19, 22) : random.Next(8, 18);
    }

    public int Index { get; }

    public DemoRandom Random { get; }

    /// <summary>Oldest maturity age that's shown to this user.</summary>
    public int MaxAge { get; }

    public int Mood { get; }

    /// <summary>Weights of games, films, series.</summary>
    public double[] KindWeights { get; }

    /// <summary>Hour of the day around which most sessions start.</summary>
    public int PeakHour { get; }

    /// <summary>The game that's being played these days.</summary>
    public DemoWork? CurrentGame { get; set; }

    /// <summary>Next episodes of begun series, the newest last.</summary>
    public List<DemoWork> OpenSeries { get; } = [];

    /// <summary>A film left half watched, and where.</summary>
    public (DemoWork Film, int Position)? HalfWatched { get; set; }

    public double Taste(int genre) => _taste[genre];

    public bool HasSeen(DemoWork work) => _seen.Contains(work.Index);

    public void See(DemoWork work) => _seen.Add(work.Index);

    public int PickGenre() => Random.PickWeighted(_taste);

    public DatasetItemKind PickKind(ReadOnlySpan<double> factors) =>
        Kinds[Random.PickWeighted([KindWeights[0] * factors[0], KindWeights[1] * factors[1], KindWeights[2] * factors[2]])];

    /// <summary>Half of what the user likes in one genre moves on, mostly to a neighbouring one.</summary>
    public void Drift()
    {
        var from = PickGenre();
        var neighbours = DemoWords.Genres[from].Neighbours;
        var to = Random.Chance(0.6) ? IndexOf(Random.Pick(neighbours)) : RandomGenre();
        if (DemoWords.Genres[to].MaturityAge > MaxAge)
            return;
        var moved = _taste[from] / 2;
        _taste[from] -= moved;
        _taste[to] += moved;
    }

    public static int IndexOf(string genre)
    {
        for (var i = 0; i < DemoWords.Genres.Count; i++)
        {
            if (DemoWords.Genres[i].Name == genre)
                return i;
        }

        throw new ArgumentException($"There is no genre '{genre}'.", nameof(genre));
    }

    // The first genres of the list are the more popular ones.
    private int RandomGenre()
    {
        Span<double> weights = stackalloc double[_taste.Length];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = DemoWords.Genres[i].MaturityAge <= MaxAge ? 1.0 / (i + 8) : 0;
        return Random.PickWeighted(weights);
    }
}
