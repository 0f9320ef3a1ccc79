namespace Recsys.Datasets.Demo;

/// <summary>Words of the genres that thrill.</summary>
internal static class ThrillingGenres
{
    public static IReadOnlyList<DemoGenre> All { get; } =
    [
        new()
        {
            Name = "science fiction",
            MaturityAge = 12,
            Neighbours = ["mystery", "fantasy", "espionage"],
            GameStyles = ["strategy", "simulation", "shooter"],
            Adjectives = ["Hollow", "Drifting", "Ninth", "Silent", "Copper", "Outer", "Folded", "Pale"],
            Nouns = ["Orbit", "Signal", "Colony", "Beacon", "Airlock", "Comet", "Engine", "Horizon", "Meridian", "Relay"],
            Places = ["Tavaris Station", "Ephor Prime", "the Lune Belt", "Ostra IV", "Kessin Deep", "the Arrow Ring", "Halcyra", "Novy Perihel"],
            Heroes =
            [
                "a retired pilot", "a stubborn engineer", "a cartographer of dead stars", "the last crew of a mining ship",
                "an android with a borrowed name", "two rival captains",
            ],
            Tasks =
            [
                "answer a signal that was sent tomorrow", "bring a frozen city back to life", "outrun a fleet that nobody built",
                "choose which half of the colony to wake", "map a sky that moves at night", "win a war of supply lines",
            ],
            Themes = ["space", "robots", "first contact", "time", "survival"],
        },
        new()
        {
            Name = "fantasy",
            MaturityAge = 10,
            Neighbours = ["science fiction", "history", "family"],
            GameStyles = ["role-playing", "adventure", "strategy"],
            Adjectives = ["Sunken", "Amber", "Crooked", "Whispering", "Thorned", "Golden", "Forgotten", "Winter"],
            Nouns = ["Crown", "Lantern", "Oath", "Wyrm", "Tower", "Grimoire", "Blade", "Orchard", "Ferryman", "Rune"],
            Places = ["Orrin Vale", "the Brackenmere", "Castle Ulvane", "Thessary", "Dunmarrow", "the Salt Woods", "Hearthfell", "Isk"],
            Heroes =
            [
                "a runaway squire", "an oath-bound witch", "a thief with a dragon's debt", "three sisters of the marsh", "a king without a shadow",
                "a reluctant giant",
            ],
            Tasks =
            [
                "carry a lantern across the drowned kingdom", "break a promise older than the moon", "steal back a stolen winter",
                "crown the wrong heir and live", "wake the forest before the frost", "bargain with the river for a name",
            ],
            Themes = ["magic", "dragons", "quest", "folklore", "kingdoms"],
        },
        new()
        {
            Name = "mystery",
            MaturityAge = 12,
            Neighbours = ["espionage", "horror", "comedy"],
            GameStyles = ["puzzle", "adventure", "detective"],
            Adjectives = ["Missing", "Locked", "Borrowed", "Seventh", "Careful", "Vanishing", "Quiet", "Double"],
            Nouns = ["Alibi", "Ledger", "Witness", "Cipher", "Portrait", "Verdict", "Keyhole", "Testament", "Footprint", "Envelope"],
            Places = ["Port Aldery", "Gallow Lane", "Hotel Miravelle", "Saint Orsey", "Fennick Square", "the Quarrow Line", "Larkmoor", "Wexing Hall"],
            Heroes =
            [
                "a detective who cannot remember faces", "a night porter", "a judge in hiding", "a pair of quarrelling sisters",
                "a forger turned witness", "an insurance clerk with a grudge",
            ],
            Tasks =
            [
                "find out who sent the seventh letter", "solve a murder before it is reported", "explain an empty train",
                "catch a thief who leaves things behind", "prove the victim is alive", "read the will that nobody signed",
            ],
            Themes = ["detective", "whodunit", "secrets", "small town", "courtroom"],
        },
        new()
        {
            Name = "horror",
            MaturityAge = 16,
            Neighbours = ["mystery", "science fiction", "fantasy"],
            GameStyles = ["survival", "adventure", "puzzle"],
            Adjectives = ["Hungry", "Bleak", "Buried", "Pallid", "Waking", "Rotten", "Endless", "Sleepless"],
            Nouns = ["Cellar", "Choir", "Hollow", "Mirror", "Harvest", "Nursery", "Well", "Effigy", "Vigil", "Marrow"],
            Places = ["Greywick", "the Morrow House", "Saint Edda's Ward", "Blackfen", "Tarn Hollow", "the Ninth Floor", "Ravel Point", "Coldmere"],
            Heroes =
            [
                "a sleep researcher", "a family of caretakers", "a priest who lost his voice", "four friends on a dare",
                "a nurse on the night shift", "a child who draws the future",
            ],
            Tasks =
            [
                "last one night without light", "keep the well closed", "find the door that was not there yesterday",
                "forget a face before it finds them", "finish the hymn that kept it asleep", "leave the house with the same number they came in",
            ],
            Themes = ["haunted house", "supernatural", "survival", "psychological", "folk horror"],
        },
        new()
        {
            Name = "history",
            MaturityAge = 12,
            Neighbours = ["espionage", "romance", "fantasy"],
            GameStyles = ["strategy", "simulation", "city builder"],
            Adjectives = ["Iron", "Crimson", "Last", "Broken", "Northern", "Burning", "Royal", "Exiled"],
            Nouns = ["Siege", "Regent", "Caravel", "Legion", "Harbour", "Treaty", "Banner", "Guild", "Throne", "Frontier"],
            Places = ["Valdenrook", "the Amber Coast", "Fort Sabrine", "Karsholm", "Tessaly Bridge", "the Red Fens", "Old Merrow", "Ystrad Gate"],
            Heroes =
            [
                "a bridge builder", "a spice merchant's daughter", "a disgraced general", "a court painter", "two brothers under two flags",
                "a midwife who keeps the town's records",
            ],
            Tasks =
            [
                "hold the bridge until the thaw", "cross an empire with a forged seal", "rebuild a harbour after the war",
                "keep the peace between two queens", "bring the grain home before the siege", "write down what the victors left out",
            ],
            Themes = ["war", "court intrigue", "trade", "empire", "sea voyage"],
        },
        new()
        {
            Name = "espionage",
            MaturityAge = 14,
            Neighbours = ["mystery", "history", "science fiction"],
            GameStyles = ["stealth", "shooter", "strategy"],
            Adjectives = ["Cold", "Double", "Burnt", "Sleeper", "Velvet", "Encrypted", "Neutral", "Deniable"],
            Nouns = ["Courier", "Protocol", "Defector", "Dossier", "Embassy", "Handler", "Passport", "Frequency", "Ambush", "Checkpoint"],
            Places = ["Station Ferrow", "the Vostra Tunnel", "Hotel Karelin", "Zone Eleven", "Pier Ninety", "the Lisk Embassy", "Tallow Street", "Dravnik"],
            Heroes =
            [
                "a translator with two passports", "a retired handler", "an analyst nobody believes", "a courier who reads the letters",
                "a chess champion", "a double agent's daughter",
            ],
            Tasks =
            [
                "get one man across one bridge", "find the leak before the summit", "run a network of people who are dead",
                "sell a secret that is not true", "miss the target and be believed", "choose which flag to betray",
            ],
            Themes = ["spies", "conspiracy", "cold war", "heist", "undercover"],
        },
    ];
}
