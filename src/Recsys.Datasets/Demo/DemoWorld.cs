namespace Recsys.Datasets.Demo;

/// <summary>
/// A made-up world of games, films and series with its users, for demos and tests. Nothing in it is a third party's.
/// What a model can learn from it beyond popularity:
/// <list type="bullet">
/// <item>Series are watched in order: after a finished episode the user's next play is the next one of the season in 80 % (measured); it goes on into the
/// next season;
/// later sessions resume begun series.</item>
/// <item>Franchises: after a finished film or a game the same session goes on with its next entry in 45 %, some film franchises go on as a game.</item>
/// <item>Genre momentum: a session's next new item keeps the genre in 75 %; a user's taste has about three genres and one preferred mood.</item>
/// <item>Drift: each week with 40 % half of the taste for one genre moves, mostly to a neighbouring genre.</item>
/// <item>Habit: games are played again for days; films left half watched are resumed; films in the evening, short episodes in the morning.</item>
/// <item>Fit shows in how long something's played, in likes, dislikes and ratings; what doesn't fit is skipped or given up.</item>
/// <item>New titles come out while the world runs and are played more in their first ten days.</item>
/// </list>
/// The rest is chance weighted by popularity (Zipf-like, flat at the top). About half of the sessions report plays as they run (start, a heart-beat every
/// 25 minutes,
/// stop), the others as whole plays afterwards.
/// </summary>
public sealed class DemoWorld : IDataset
{
    private const int SecondsADay = 86_400;

    private DemoWorld(IReadOnlyList<DatasetItem> items, IReadOnlyList<DatasetEvent> events, IReadOnlyList<DemoStory> stories) =>
        (Items, Events, Stories) = (items, events, stories);

    /// <summary>The catalogue, parents before children.</summary>
    public IReadOnlyList<DatasetItem> Items { get; }

    /// <summary>The events in time order.</summary>
    public IReadOnlyList<DatasetEvent> Events { get; }

    /// <summary>What named users do live after the world's events; their events lie in the world's last three hours.</summary>
    public IReadOnlyList<DemoStory> Stories { get; }

    /// <inheritdoc/>
    public string Description => "generated demo world";

    /// <inheritdoc/>
    public DatasetFormat Format => DatasetFormat.Demo;

    /// <inheritdoc/>
    public long ItemBytes => 0;

    /// <inheritdoc/>
    public long EventBytes => 0;

    /// <inheritdoc/>
    public bool HasTimes => true;

    /// <inheritdoc/>
    public bool IsInTimeOrder => true;

    /// <summary>Generates a world.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static DemoWorld Generate(DemoWorldOptions options)
    {
        options.Validate();
        var endSecond = options.EndTime.ToUnixTimeSeconds();
        var startSecond = endSecond / SecondsADay * SecondsADay - (long)options.Days * SecondsADay;
        var catalogue = new CatalogueBuilder(options.Seed, DateTimeOffset.FromUnixTimeSeconds(startSecond), options.Days).Build();
        var quotas = Quotas(options);
        var viewers = new List<Viewer>(options.Users);
        var actions = new List<DemoAction>();
        var sessions = 0;
        for (var i = 0; i < options.Users; i++)
        {
            var viewer = new Viewer(i, new DemoRandom(options.Seed, 1_000 + (ulong)i));
            var simulation = new ViewerSimulation(catalogue, viewer, options.Days, sessions, endSecond - startSecond);
            actions.AddRange(simulation.Run(quotas[i]));
            sessions += simulation.Sessions;
            viewers.Add(viewer);
        }

        var events = new EventWriter(startSecond * 1_000, options.Seed).Write(actions, sessions, options.MaxEvents);
        var stories = new DemoStories(catalogue, endSecond * 1_000, options.Seed).Write(viewers, actions, endSecond - startSecond);
        return new DemoWorld(catalogue.Items, events, stories);
    }

    /// <inheritdoc/>
    public IEnumerable<DatasetItem> ReadItems(ReadProgress progress, CancellationToken cancellationToken) => Items;

    /// <inheritdoc/>
    public IEnumerable<DatasetEvent> ReadEvents(ReadProgress progress, CancellationToken cancellationToken) => Events;

    // Plays a user: a third to three times the average, and all together what was asked for.
    private static int[] Quotas(DemoWorldOptions options)
    {
        var random = new DemoRandom(options.Seed, 3);
        var weights = new double[options.Users];
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
            sum += weights[i] = 1 / random.Between(0.33, 3);
        var scale = (double)options.Users * options.PlaysPerUser / sum;
        return [.. weights.Select(w => Math.Max(3, (int)(w * scale)))];
    }
}
