namespace Recsys.Datasets.Demo;

/// <summary>Words that all genres share. People and studios are made up.</summary>
internal static class DemoWords
{
    public static IReadOnlyList<DemoGenre> Genres { get; } = [.. ThrillingGenres.All, .. LightGenres.All];

    public static IReadOnlyList<string> Moods { get; } = ["cosy", "tense", "epic", "dark", "funny", "thoughtful"];

    public static IReadOnlyList<string> FirstNames { get; } =
    [
        "Ilse", "Tomas", "Maren", "Okoro", "Linnea", "Rafiq", "Juno", "Cassian", "Petra", "Dilan", "Noor", "Emeric", "Saskia", "Bram", "Yara", "Anselm",
        "Tuva", "Marlow", "Ines", "Kaveh", "Odile", "Fenn", "Rosalind", "Idris", "Mirela", "Jasper", "Sunniva", "Teodor", "Amara", "Levin", "Greta", "Hiro",
    ];

    public static IReadOnlyList<string> LastNames { get; } =
    [
        "Vandermoor", "Askelund", "Tarrowby", "Okonjo-Reyes", "Quillfeather", "Dressander", "Morvane", "Halloway-Sen", "Pembrock", "Izarra", "Stellenberg",
        "Corvalho", "Tamsworth", "Eldhagen", "Brightwater", "Nakadori", "Farrowell", "Lindqvara", "Marchetto", "Osterling", "Vexley",
        "Wrenfield", "Zubarek", "Ketterly",
    ];

    public static IReadOnlyList<string> StudioFirst { get; } =
    [
        "Paper Heron", "Blue Kettle", "North Pier", "Tin Lighthouse", "Second Breakfast", "Velvet Moth", "Quiet Engine", "Lantern Street", "Ninth Wave",
        "Copper Owl",
        "Salt and Ember", "Wandering Goat", "Hidden Stair", "Glass Orchard", "Long Shadow", "Red Umbrella", "Sparrowhawk", "Tall Grass",
    ];

    public static IReadOnlyList<string> GameStudioLast { get; } = ["Interactive", "Games", "Works", "Playhouse"];

    public static IReadOnlyList<string> FilmStudioLast { get; } = ["Pictures", "Films", "Productions", "Television"];

    public static IReadOnlyList<string> Sequels { get; } =
    [
        "The Return", "Second Light", "Aftermath", "The Long Road", "Reckoning", "Homecoming", "Under New Skies", "The Lost Chapter", "Rising Water",
        "The Other Side",
    ];

    public static IReadOnlyList<string> EpisodeStarts { get; } =
    [
        "The First", "Another", "Nobody's", "The Trouble with the", "Goodbye,", "A Very Late", "The Wrong", "Behind the", "One More", "All for the",
        "Beyond the", "Chasing the",
    ];

    public static IReadOnlyList<string> Audiences { get; } =
    [
        "Best in one sitting.", "Warm, wry and over too soon.", "Not for the faint of heart.", "Made for long evenings.", "Short, sharp and surprising.",
        "A slow start that pays off.", "For everyone who likes to guess along.", "Beautiful to look at and easy to love.", "Easy to pick up, hard to put down.",
        "A favourite for rainy weekends.",
    ];
}
