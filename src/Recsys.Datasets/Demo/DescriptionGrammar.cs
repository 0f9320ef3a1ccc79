namespace Recsys.Datasets.Demo;

/// <summary>Makes descriptions of one to three sentences.</summary>
/// <param name="random">Where choices come from.</param>
internal sealed class DescriptionGrammar(DemoRandom random)
{
    public string Of(DemoGenre genre, DatasetItemKind kind, string mood, string style)
    {
        var hero = random.Pick(genre.Heroes);
        var task = random.Pick(genre.Tasks);
        var place = random.Pick(genre.Places);
        var first = (kind, random.Next(0, 2)) switch
        {
            (DatasetItemKind.Game, 0) => $"Play {hero} and {task}, all across {place}.",
            (DatasetItemKind.Game, _) => $"In this {mood} {style} game, {hero} must {task}.",
            (DatasetItemKind.Series, 0) => $"In {place}, {hero} must {task}, season after season.",
            (_, 0) => $"{TitleGrammar.Capital(hero)} must {task}.",
            _ => $"Far from home, in {place}, {hero} must {task}.",
        };
        var second = !first.Contains(mood, StringComparison.Ordinal) && random.Chance(0.6) ? $" {TitleGrammar.Article(mood)}{mood} {genre.Name} story." : "";
        var third = random.Chance(0.4) ? " " + random.Pick(DemoWords.Audiences) : "";
        return first + second + third;
    }

    public string OfEpisode(DemoGenre genre)
    {
        var (one, other) = (random.Pick(DemoWords.FirstNames), random.Pick(DemoWords.LastNames));
        var noun = random.Pick(genre.Nouns).ToLowerInvariant();
        return random.Next(0, 3) switch
        {
            0 => $"{one} finds {TitleGrammar.Article(noun).ToLowerInvariant()}{noun} that {other} would rather have kept hidden.",
            1 => $"{TitleGrammar.Article(noun)}{noun} turns up in {random.Pick(genre.Places)}, and {one} has until morning.",
            _ => $"{one} and {other} must {random.Pick(genre.Tasks)}.",
        };
    }
}
