using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Recsys.Datasets;
using Recsys.Datasets.Demo;

namespace Recsys.Tests.Datasets;

public sealed class DemoWorldTests
{
    private static readonly DateTimeOffset End = new(2026, 6, 15, 20, 30, 0, TimeSpan.Zero);
    private static readonly System.Buffers.SearchValues<char> IdCharacters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly Lazy<DemoWorld> Whole = new(() => DemoWorld.Generate(new DemoWorldOptions { EndTime = End }));

    [Fact]
    public void The_world_is_the_golden_one_byte_for_byte()
    {
        Assert.Equal("cd07c50aa8291ec5dbc6e23b188f2b648a86b12f436103c75075df534cafec0d", Hash(Whole.Value));
    }

    [Fact]
    public void Another_seed_or_end_gives_another_world_and_the_same_ones_the_same()
    {
        var options = new DemoWorldOptions { EndTime = End, Users = 50, Days = 20 };
        var hash = Hash(DemoWorld.Generate(options));

        Assert.Equal(hash, Hash(DemoWorld.Generate(options)));
        Assert.NotEqual(hash, Hash(DemoWorld.Generate(options with { Seed = 2 })));
        Assert.NotEqual(hash, Hash(DemoWorld.Generate(options with { EndTime = End.AddHours(5) })));
    }

    [Fact]
    public void The_world_has_the_promised_size()
    {
        var world = Whole.Value;
        var interactions = world.Events.Count(e => e.Type is not (DatasetEventType.PlayStart or DatasetEventType.PlayProgress));

        Assert.InRange(world.Events.Count, 100_000, 120_000);
        Assert.True(interactions >= 60_000, $"{interactions} interactions");
        Assert.Equal(2_500, world.Events.Select(e => e.UserId).Distinct().Count());
        Assert.InRange(world.Items.Count(i => i.Kind is DatasetItemKind.Game or DatasetItemKind.Film or DatasetItemKind.Series), 200, 400);
        foreach (var type in Enum.GetValues<DatasetEventType>().Where(t => t is not (DatasetEventType.Impression or DatasetEventType.Custom)))
            Assert.True(world.Events.Count(e => e.Type == type) > 300, $"few events of type {type}");
    }

    [Fact]
    public void Ids_and_titles_are_distinct_and_parents_come_first()
    {
        var world = Whole.Value;
        var seen = new HashSet<string>();
        foreach (var item in world.Items)
        {
            Assert.True(item.ParentId is null || seen.Contains(item.ParentId), item.ItemId);
            Assert.True(seen.Add(item.ItemId), item.ItemId);
            Assert.True(item is { Title.Length: > 0, Description.Length: > 0, MaturityAge: >= 0 and <= 21 }, item.ItemId);
            Assert.True(item is { Genres.Count: > 0, Creators.Count: > 0, Tags.Count: > 0 }, item.ItemId);
            Assert.True(item.PublishTime < End, item.ItemId);
        }

        Assert.Equal(world.Items.Count, world.Items.Select(i => i.Title.ToUpperInvariant()).Distinct().Count());
        Assert.Equal(world.Events.Count, world.Events.Select(e => e.EventId).Distinct().Count());
        Assert.DoesNotContain(world.Events, e => (e.EventId + e.UserId + e.ItemId + e.SessionId).AsSpan().ContainsAnyExcept(IdCharacters));
        Assert.True(world.Events.Max(e => e.EventId.Length) < 60);
    }

    [Fact]
    public void Events_are_in_order_and_every_play_is_well_formed() => AssertWellFormed(Whole.Value, End);

    [Fact]
    public void A_world_without_a_work_of_a_story_s_genre_still_has_the_story()
    {
        // Found by the test below.
        var options = new DemoWorldOptions { EndTime = End, Seed = 77270580534008620, Users = 17, Days = 30, PlaysPerUser = 29, MaxEvents = 2 * 17 * 29 };

        Assert.Contains(DemoWorld.Generate(options).Stories, s => s.Name == "Ava");
    }

    [Fact]
    public void Any_small_world_is_well_formed()
    {
        Gen.Select(Gen.ULong, Gen.Int[1, 40], Gen.Int[14, 40], Gen.Int[4, 40], Gen.Int[0, 86_399]).Sample((seed, users, days, plays, second) =>
        {
            var end = End.AddSeconds(second);
            var options = new DemoWorldOptions { EndTime = end, Seed = seed, Users = users, Days = days, PlaysPerUser = plays, MaxEvents = 2 * users * plays };
            var world = DemoWorld.Generate(options);
            Assert.True(world.Events.Count <= options.MaxEvents);
            AssertWellFormed(world, end, isComplete: world.Events.Count < options.MaxEvents);
        }, iter: 40);
    }

    [Fact]
    public void Series_are_watched_in_order()
    {
        var items = Whole.Value.Items.ToDictionary(i => i.ItemId);
        var next = Whole.Value.Items.Where(i => i.Kind == DatasetItemKind.Episode).ToDictionary(i => (i.ParentId!, i.Ordinal), i => i.ItemId);
        var (followed, finished) = (0, 0);
        foreach (var user in Plays(Whole.Value).GroupBy(e => e.UserId))
        {
            foreach (var (play, after) in user.Zip(user.Skip(1)))
            {
                var item = items[play.ItemId];
                if (item.Kind != DatasetItemKind.Episode || play.Position < 0.9 * item.Duration)
                    continue;
                if (!next.TryGetValue((item.ParentId!, item.Ordinal + 1), out var following))
                    continue;
                finished++;
                followed += after.ItemId == following ? 1 : 0;
            }
        }

        Assert.True(finished > 10_000);
        Assert.InRange((double)followed / finished, 0.75, 0.9);
    }

    [Fact]
    public void Popularity_has_a_long_tail_that_no_few_items_dominate()
    {
        var counts = Plays(Whole.Value).GroupBy(e => e.ItemId).Select(g => g.Count()).OrderDescending().ToArray();
        var all = (double)counts.Sum();

        Assert.True(counts.Take(5).Sum() / all < 0.08);
        Assert.InRange(counts.Take(counts.Length / 5).Sum() / all, 0.4, 0.8);
    }

    [Fact]
    public void Sessions_keep_to_a_genre_more_than_the_user_does()
    {
        var genres = Whole.Value.Items.ToDictionary(i => i.ItemId, i => i.Genres[0]);
        var pairs = Plays(Whole.Value)
            .Where(e => !e.ItemId.StartsWith("series", StringComparison.Ordinal))
            .GroupBy(e => e.UserId)
            .SelectMany(user => user.Zip(user.Skip(1)))
            .Where(p => p.First.ItemId != p.Second.ItemId)
            .ToLookup(p => p.First.SessionId == p.Second.SessionId, p => genres[p.First.ItemId] == genres[p.Second.ItemId] ? 1.0 : 0.0);
        var (within, across) = (pairs[true].Average(), pairs[false].Average());

        Assert.True(within > 1.4 * across, $"{within:0.00} within sessions, {across:0.00} from one session to the next");
        Assert.True(across > 0.25, $"{across:0.00} from one session to the next");
    }

    [Fact]
    public void Stories_fit_the_catalogue_and_come_after_the_histories()
    {
        var world = Whole.Value;
        var items = world.Items.ToDictionary(i => i.ItemId);
        Assert.Contains(world.Stories, s => !s.IsNew);
        foreach (var story in world.Stories)
        {
            var history = world.Events.Where(e => e.UserId == story.UserId).ToList();
            var events = story.Steps.SelectMany(s => s.Events).ToList();
            Assert.Equal(story.IsNew, history.Count == 0);
            Assert.True(history.Count == 0 || history[^1].TimeMs < events[0].TimeMs);
            Assert.Equal(events.OrderBy(e => e.TimeMs), events);
            Assert.All(events, e => Assert.True(e.UserId == story.UserId && e.Time <= End && items[e.ItemId].MaturityAge <= story.MaxMaturityAge));
            Assert.All(story.Steps, s => Assert.StartsWith(story.Name + " ", s.Narration, StringComparison.Ordinal));
            Assert.Equal(events.Count, events.Select(e => e.EventId).Distinct().Count());
        }
    }

    [Theory]
    [InlineData(0, 60, 20, 120_000)]
    [InlineData(100, 13, 20, 120_000)]
    [InlineData(100, 60, 3, 120_000)]
    [InlineData(100, 60, 20, 3_999)]
    public void Options_out_of_range_are_refused(int users, int days, int plays, int maxEvents) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            DemoWorld.Generate(new DemoWorldOptions { EndTime = End, Users = users, Days = days, PlaysPerUser = plays, MaxEvents = maxEvents }));

    private static IEnumerable<DatasetEvent> Plays(DemoWorld world) => world.Events.Where(e => e.Type is DatasetEventType.Play or DatasetEventType.PlayStop);

    // Time order; what's played exists and was out; a running play starts, beats less than 30 minutes apart and stops, with growing positions, before
    // anything else starts.
    private static void AssertWellFormed(DemoWorld world, DateTimeOffset end, bool isComplete = true)
    {
        var items = world.Items.ToDictionary(i => i.ItemId);
        var open = new Dictionary<string, DatasetEvent>();
        var last = DateTimeOffset.MinValue;
        foreach (var e in world.Events)
        {
            Check(e.Time >= last && e.Time <= end, e);
            Check(items[e.ItemId].PublishTime <= e.Time, e);
            Check(items[e.ItemId].Kind is not (DatasetItemKind.Series or DatasetItemKind.Season), e);
            last = e.Time;
            var running = open.GetValueOrDefault(e.UserId);
            if (e.Type is DatasetEventType.PlayProgress or DatasetEventType.PlayStop && (isComplete || running is not null))
            {
                Assert.Equal((e.ItemId, e.SessionId), (running!.ItemId, running.SessionId));
                Check(e.Position > running.Position && e.Time - running.Time < TimeSpan.FromMinutes(30), e);
            }
            else if (e.Type is DatasetEventType.Play or DatasetEventType.PlayStart)
            {
                Check(running is null, e);
            }

            if (e.Type is DatasetEventType.PlayStart or DatasetEventType.PlayProgress)
                open[e.UserId] = e;
            else if (e.Type is DatasetEventType.PlayStop)
                open.Remove(e.UserId);
        }

        Assert.Empty(open);
    }

    private static void Check(bool holds, DatasetEvent e)
    {
        if (!holds)
            Assert.Fail(e.ToString());
    }

    private static string Text(DatasetPrice? price) =>
        price is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{price.AmountMicros} {price.CurrencyCode}");

    private static string Hash(DemoWorld world)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(FormattableString line) => hash.AppendData(Encoding.UTF8.GetBytes(line.ToString(CultureInfo.InvariantCulture) + "\n"));
        foreach (var i in world.Items)
        {
            Add($"{i.ItemId}|{i.Kind}|{i.ParentId}|{i.Ordinal}|{i.Title}|{i.Description}|{string.Join(',', i.Genres)}|{string.Join(',', i.Tags)}");
            Add($"{string.Join(',', i.Creators)}|{i.MaturityAge}|{i.PublishTime?.ToUnixTimeMilliseconds()}|{i.Duration?.Ticks}|{Text(i.Price)}");
        }

        foreach (var e in world.Events.Concat(world.Stories.SelectMany(s => s.Steps).SelectMany(s => s.Events)))
        {
            Add($"{e.EventId}|{e.UserId}|{e.ItemId}|{e.Type}|{e.TimeMs}|{e.SessionId}");
            Add($"{e.Position?.Ticks}|{e.Duration?.Ticks}|{e.Rating}|{e.RatingMax}|{Text(e.Price)}");
        }

        foreach (var story in world.Stories)
            Add($"{story.UserId}|{story.Name}|{story.Introduction}|{string.Join(',', story.Steps.Select(s => s.Narration))}");
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
