namespace Recsys.Datasets.Demo;

/// <summary>What users of a drifting world play, by their hidden taste.</summary>
/// <param name="catalogue">What there is.</param>
/// <param name="fadeSeconds">When each work fades.</param>
internal sealed class DriftChoice(DemoCatalogue catalogue, long[] fadeSeconds)
{
    private const int SecondsADay = 86_400;
    private const double GoOn = 0.9;
    private const double MostLikely = 0.6;
    private const double NextEpisode = 0.6;
    /// <summary>How long a place of a list is looked at.</summary>
    public const int SecondsAPlace = 3;

    private static readonly DatasetItemKind[] Kinds = [DatasetItemKind.Game, DatasetItemKind.Film, DatasetItemKind.Episode];

    private readonly double _middleAppeal = catalogue.Works.Select(work => work.Appeal).Order().ElementAt(catalogue.Works.Count / 2);

    /// <summary>The first work of a list that the viewer reaches and likes enough, and how many seconds were spent reading; null: there is none.</summary>
    public (DemoWork? Work, int Seconds) FromList(Viewer viewer, DemoRandom random, long now, IEnumerable<DemoWork?> list)
    {
        var seconds = 0;
        foreach (var work in list)
        {
            seconds += SecondsAPlace;
            if (work is not null && random.Chance(Liking(viewer, work, now))) return (work, seconds);
            if (!random.Chance(GoOn)) break;
        }

        return (null, seconds);
    }

    /// <summary>What the viewer finds without a list; null: nothing.</summary>
    public DemoWork? FromSearch(Viewer viewer, DemoRandom random, long now)
    {
        // Only the world's own stream of chances: the viewer's is for what doesn't depend on lists.
        Span<double> tastes = stackalloc double[DemoWords.Genres.Count];
        for (var genre = 0; genre < tastes.Length; genre++) tastes[genre] = viewer.Taste(genre);
        var entries = catalogue.Entries(Kinds[random.PickWeighted(viewer.KindWeights)], random.PickWeighted(tastes));
        var weights = new double[entries.Count];
        for (var i = 0; i < weights.Length; i++) weights[i] = Liking(viewer, entries[i], now);
        var picked = random.PickWeighted(weights);
        return picked < 0 ? null : entries[picked];
    }

    /// <summary>How long it's played: mostly whole where it fits, given up early where it doesn't.</summary>
    public static int PlayedSeconds(Viewer viewer, DemoRandom random, DemoWork work) => random.Chance(0.6 + (0.3 * Match(viewer, work)))
        ? work.Seconds - random.Next(0, Math.Max(1, work.Seconds / 40))
        : Math.Max(1, (int)(work.Seconds * random.Between(0.03, 0.6)));

    /// <summary>Notes a play.</summary>
    public static void Played(Viewer viewer, DemoWork work, int seconds)
    {
        viewer.See(work);
        if (work.Kind != DatasetItemKind.Episode) return;
        viewer.OpenSeries.RemoveAll(open => open == work);
        if (seconds >= work.Seconds * 9 / 10 && work.Next is { } next) viewer.OpenSeries.Add(next);
    }

    private static double Match(Viewer viewer, DemoWork work) => Math.Min(1, (viewer.Taste(work.Genre) * 2) + (work.Mood == viewer.Mood ? 0.3 : 0));

    /// <summary>How likely the viewer plays a work that's looked at.</summary>
    private double Liking(Viewer viewer, DemoWork work, long now)
    {
        if (work.PublishSecond >= (now / SecondsADay * SecondsADay) + SecondsADay || work.Item.MaturityAge > viewer.MaxAge) return 0;
        if (viewer.OpenSeries.Contains(work)) return NextEpisode;
        var appeal = work.Appeal * (now - work.PublishSecond < 10 * SecondsADay ? 3 : 1) * (now >= fadeSeconds[work.Index] ? 0.2 : 1);
        var liking = MostLikely * Match(viewer, work) * appeal / (appeal + _middleAppeal);
        if (viewer.HasSeen(work)) liking *= work.Kind == DatasetItemKind.Game ? 0.3 : 0.03;

        // Nobody begins a series in its middle.
        return work.Kind == DatasetItemKind.Episode && work.Item.Ordinal > 1 ? liking * 0.1 : liking;
    }
}
