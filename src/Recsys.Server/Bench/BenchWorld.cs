using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Recsys.V1;

namespace Recsys.Server.Bench;

/// <summary>The made-up users, items and events. Every event is an interaction: each one moves the user's state by a step of the network.</summary>
/// <param name="itemIds">The items.</param>
/// <param name="items">Chooses among them: see <see cref="ItemTable"/>.</param>
/// <param name="run">Makes event ids unique.</param>
internal sealed class BenchWorld(IReadOnlyList<string> itemIds, ZipfTable items, string run)
{
    private const double ItemExponent = 0.8;
    private static readonly string[] Genres = ["adventure", "comedy", "drama", "puzzle", "racing", "science fiction", "sport", "strategy", "thriller", "western"];

    private long _events;

    /// <summary>How popular so many items are.</summary>
    public static ZipfTable ItemTable(int count) => new(count, ItemExponent);

    /// <summary>The id of a made-up item.</summary>
    public static string ItemId(int item) => string.Create(CultureInfo.InvariantCulture, $"bench-item-{item:D7}");

    /// <summary>The id of a user.</summary>
    public static string UserId(int user) => string.Create(CultureInfo.InvariantCulture, $"bench-user-{user:D7}");

    /// <summary>A made-up item as the catalogue has it.</summary>
    public static Item NewItem(int item) => new()
    {
        ItemId = ItemId(item),
        Kind = item % 3 == 0 ? ItemKind.Game : ItemKind.Film,
        Title = string.Create(CultureInfo.InvariantCulture, $"The Story of {item:N0}"),
        Duration = Duration.FromTimeSpan(TimeSpan.FromMinutes(20 + (item % 120))),
        Genres = { Genres[item % Genres.Length], Genres[item / 7 % Genres.Length] },
    };

    /// <summary>An item, popular ones more often.</summary>
    public string NextItem(Random random) => itemIds[items.Next(random)];

    /// <summary>A user's next event: mostly a play that ends here.</summary>
    public Event NextEvent(int user, Random random)
    {
        var made = new Event
        {
            EventId = string.Create(CultureInfo.InvariantCulture, $"{run}-{++_events}"),
            UserId = UserId(user),
            ItemId = NextItem(random),
        };
        switch (random.Next(100))
        {
            case < 70:
                made.Type = EventType.PlayStop;
                Play(made, random);
                break;
            case < 82:
                made.Type = EventType.Play;
                Play(made, random);
                break;
            case < 90:
                made.Type = EventType.Like;
                break;
            case < 94:
                made.Type = EventType.Rating;
                made.Rating = 1 + random.Next(5);
                made.RatingMax = 5;
                break;
            case < 97:
                made.Type = EventType.Share;
                break;
            default:
                made.Type = EventType.Skip;
                break;
        }

        return made;
    }

    private static void Play(Event made, Random random)
    {
        var seconds = 1_200 + random.Next(7_200);
        made.SessionId = "bench";
        made.Position = new Duration { Seconds = (long)(seconds * Math.Sqrt(random.NextDouble())) };
        made.Duration = new Duration { Seconds = seconds };
    }
}
