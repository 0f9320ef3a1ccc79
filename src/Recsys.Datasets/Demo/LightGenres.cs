namespace Recsys.Datasets.Demo;

/// <summary>Words of the genres that cheer and calm.</summary>
internal static class LightGenres
{
    public static IReadOnlyList<DemoGenre> All { get; } =
    [
        new()
        {
            Name = "romance",
            MaturityAge = 6,
            Neighbours = ["comedy", "music", "history"],
            GameStyles = ["visual novel", "simulation", "dating"],
            Adjectives = ["Second", "Tender", "Borrowed", "Late", "Unsent", "Sunlit", "Reckless", "Gentle"],
            Nouns = ["Letter", "Summer", "Waltz", "Bakery", "Promise", "Postcard", "Balcony", "Garden", "Proposal", "Rain"],
            Places = ["Villa Sorrel", "Marisol Bay", "Rue Tamarin", "Pelham Quay", "Casa Linnet", "Lake Auvelle", "Cherrow", "the Isle of Tamsin"],
            Heroes =
            [
                "a florist with a secret", "two rival bakers", "a widowed ferry captain", "a translator of love letters",
                "a wedding planner who does not believe", "a pianist and a plumber",
            ],
            Tasks =
            [
                "fall in love again without telling anyone", "spend one summer under one roof", "deliver a letter thirty years late",
                "pretend to be engaged until the harvest", "find the stranger from the night train", "choose between the sea and the city",
            ],
            Themes = ["love story", "second chances", "summer", "letters", "slow burn"],
        },
        new()
        {
            Name = "comedy",
            MaturityAge = 6,
            Neighbours = ["romance", "family", "sport"],
            GameStyles = ["party", "platformer", "simulation"],
            Adjectives = ["Clumsy", "Accidental", "Discount", "Overdue", "Ridiculous", "Upside-Down", "Part-Time", "Unlikely"],
            Nouns = ["Wedding", "Heist", "Landlord", "Parrot", "Reunion", "Buffet", "Election", "Caravan", "Karaoke", "Inheritance"],
            Places = ["Lower Puddleham", "Big Tonk", "the Grand Flamingo", "Biscuit Street", "Mount Muddle", "Camp Wobble", "Yonder Flats", "Plum Junction"],
            Heroes =
            [
                "an unlucky landlord", "the world's worst magician", "a retired clown and his parole officer", "three cousins with one suit",
                "a mayor elected by mistake", "a very honest con artist",
            ],
            Tasks =
            [
                "save a hotel that is already sold", "return the wrong elephant", "win an election nobody wanted", "keep two weddings apart",
                "explain the goat to the police", "teach a choir of tax inspectors to sing",
            ],
            Themes = ["workplace", "slapstick", "friends", "farce", "road trip"],
        },
        new()
        {
            Name = "sport",
            MaturityAge = 6,
            Neighbours = ["comedy", "family", "music"],
            GameStyles = ["racing", "sports", "management"],
            Adjectives = ["Final", "Muddy", "Breakneck", "Underdog", "Uphill", "Golden", "Extra", "Photo-Finish"],
            Nouns = ["Lap", "Whistle", "Relay", "Sprint", "Derby", "Comeback", "Rally", "Trophy", "Overtime", "Slipstream"],
            Places = ["Redgate Speedway", "Camber Hill", "the Osprey Cup", "Stade Mirande", "Frostline Pass", "Kingsway Park", "Dune Circuit", "Halbrook"],
            Heroes =
            [
                "a goalkeeper past her prime", "a mechanic who never raced", "a village team of eleven cousins", "a swimmer afraid of the sea",
                "a coach with one season left", "twins in rival teams",
            ],
            Tasks =
            [
                "win one match before the ground is sold", "finish the rally in a borrowed van", "beat the record that broke her father",
                "train a team of strangers in a month", "race the mountain in winter", "come back from a season of silence",
            ],
            Themes = ["racing", "team spirit", "underdog", "coach", "championship"],
        },
        new()
        {
            Name = "nature",
            MaturityAge = 0,
            Neighbours = ["family", "music", "history"],
            GameStyles = ["simulation", "farming", "exploration"],
            Adjectives = ["Wild", "Deep", "Migrating", "Frozen", "Emerald", "Hidden", "Patient", "Tidal"],
            Nouns = ["River", "Reef", "Wolf", "Glacier", "Meadow", "Albatross", "Forest", "Whale", "Burrow", "Monsoon"],
            Places =
            [
                "the Oruma Delta", "Cape Sorrow", "the Velda Steppe", "Mount Issel", "the Quillon Islands", "Lake Tembra", "the Garo Canopy",
                "Ninefold Bay",
            ],
            Heroes =
            [
                "a lighthouse keeper turned ranger", "a young wolf", "a team of divers", "a beekeeper and her grandson",
                "a botanist who walks everywhere", "a pod of old whales",
            ],
            Tasks =
            [
                "follow one river from ice to sea", "bring the bees back to the valley", "count every bird before the storm",
                "grow a forest on a burnt hill", "film an animal that has no name", "survive the driest year of the century",
            ],
            Themes = ["wildlife", "ocean", "documentary", "seasons", "conservation"],
        },
        new()
        {
            Name = "family",
            MaturityAge = 0,
            Neighbours = ["fantasy", "comedy", "nature"],
            GameStyles = ["platformer", "puzzle", "adventure"],
            Adjectives = ["Little", "Brave", "Sleepy", "Curious", "Flying", "Merry", "Tangled", "Tiny"],
            Nouns = ["Balloon", "Dragonfly", "Submarine", "Teapot", "Fox", "Treehouse", "Kite", "Marmot", "Parade", "Snowman"],
            Places = ["Pippin Wood", "Marble Lane", "Cloudberry Hill", "the Button Sea", "Tumbledown Farm", "Sugarbell", "Puffin Cove", "Lollop Town"],
            Heroes =
            [
                "a fox who is afraid of the dark", "a girl and her paper submarine", "the smallest dragonfly", "a family of forgetful bears",
                "a lost kite", "two brothers with a talking teapot",
            ],
            Tasks =
            [
                "find the way home before bedtime", "build a boat out of one broken piano", "teach a cloud to rain", "win back the lost parade",
                "make friends with the noise upstairs", "cross the garden in one day",
            ],
            Themes = ["animals", "friendship", "bedtime", "animation", "learning"],
        },
        new()
        {
            Name = "music",
            MaturityAge = 6,
            Neighbours = ["romance", "nature", "sport"],
            GameStyles = ["rhythm", "simulation", "party"],
            Adjectives = ["Electric", "Midnight", "Velvet", "Broken", "Unplugged", "Loud", "Blue", "Wandering"],
            Nouns = ["Chorus", "Encore", "Drummer", "Mixtape", "Serenade", "Bandstand", "Refrain", "Vinyl", "Busker", "Tempo"],
            Places =
            [
                "Club Tamarisk", "the Lyric Arms", "Studio Nine Elms", "Basement Row", "the Corvane Opera", "Harmony Pier", "Delta Sound",
                "Rue des Ondes",
            ],
            Heroes =
            [
                "a drummer with one good hand", "a choir of bus drivers", "a forgotten songwriter", "a sound engineer who hears too much",
                "a teenage conductor", "a cover band from nowhere",
            ],
            Tasks =
            [
                "write one honest song before the tour", "save the club from the wrecking ball", "find the singer on an unmarked tape",
                "play the concert without electricity", "reunite a band that never met", "win the contest with a borrowed tune",
            ],
            Themes = ["concert", "band", "backstage", "dance", "biography"],
        },
    ];
}
