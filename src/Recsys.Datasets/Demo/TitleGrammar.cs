namespace Recsys.Datasets.Demo;

/// <summary>Makes titles that are all different. Most carry an invented place or person, so that they are nobody else's.</summary>
/// <param name="random">Where choices come from.</param>
internal sealed class TitleGrammar(DemoRandom random)
{
    private const int MaxTries = 200;
    private readonly HashSet<string> _used = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A title of a game, film or series.</summary>
    public string Work(DemoGenre genre, DatasetItemKind kind) => Unused(() => (random.Next(0, 6), kind) switch
    {
        (0, _) => $"The {random.Pick(genre.Nouns)} of {random.Pick(genre.Places)}",
        (1, _) => $"The {random.Pick(genre.Adjectives)} {random.Pick(genre.Nouns)} of {random.Pick(genre.Places)}",
        (2, DatasetItemKind.Game) => $"{Capital(random.Pick(genre.Places))}: {random.Pick(genre.Adjectives)} {random.Pick(genre.Nouns)}",
        (2, _) => $"{Articled(random.Pick(genre.Adjectives))} {random.Pick(genre.Nouns)} in {random.Pick(genre.Places)}",
        (3, _) => $"{random.Pick(DemoWords.FirstNames)} and the {random.Pick(genre.Adjectives)} {random.Pick(genre.Nouns)}",
        (4, DatasetItemKind.Series) => $"{Capital(random.Pick(genre.Places))} {random.Pick(genre.Nouns)}",
        (4, _) => $"{random.Pick(genre.Nouns)} and {random.Pick(genre.Nouns)} at {random.Pick(genre.Places)}",
        _ => $"{random.Pick(DemoWords.FirstNames)}'s {random.Pick(genre.Adjectives)} {random.Pick(genre.Nouns)}",
    });

    /// <summary>The title of a franchise's later entry.</summary>
    /// <param name="first">The first one's title.</param>
    /// <param name="number">From 2.</param>
    /// <param name="kind">Games are numbered, films named.</param>
    public string Sequel(string first, int number, DatasetItemKind kind)
    {
        var stem = first.Split(':')[0];
        if (kind == DatasetItemKind.Game)
            return Unused(() => $"{stem} {new string('I', number)}: {random.Pick(DemoWords.Sequels)}");
        return Unused(() => $"{stem}: {random.Pick(DemoWords.Sequels)}");
    }

    public string Episode(DemoGenre genre) => Unused(() => random.Next(0, 4) switch
    {
        0 => $"{random.Pick(DemoWords.EpisodeStarts)} {random.Pick(genre.Nouns)} of {random.Pick(genre.Places)}",
        1 => $"{random.Pick(DemoWords.FirstNames)} and {random.Pick(DemoWords.FirstNames)} at {random.Pick(genre.Places)}",
        2 => $"{random.Pick(DemoWords.FirstNames)}'s {random.Pick(genre.Nouns)}",
        _ => $"{random.Pick(DemoWords.EpisodeStarts)} {random.Pick(genre.Adjectives)} {random.Pick(genre.Nouns)}",
    });

    public static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>"A " or "An ", by the word's first letter.</summary>
    public static string Article(string word) => char.ToUpperInvariant(word[0]) is 'A' or 'E' or 'I' or 'O' or 'U' ? "An " : "A ";

    private static string Articled(string word) => Article(word) + word;

    private string Unused(Func<string> make)
    {
        for (var i = 0; i < MaxTries; i++)
        {
            var title = make();
            if (!HasRepeatedWord(title) && _used.Add(title))
                return title;
        }

        // The grammar has thousands of titles a genre; a world that runs out of them gets a numbered one.
        var numbered = $"{make()} {_used.Count}";
        _used.Add(numbered);
        return numbered;
    }

    private static bool HasRepeatedWord(string title)
    {
        var words = title.Split(' ', ':').Where(w => w.Length > 3).ToArray();
        return words.Distinct(StringComparer.OrdinalIgnoreCase).Count() < words.Length;
    }
}
