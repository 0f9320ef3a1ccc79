using System.Diagnostics;
using Recsys.Serving.Filters;

namespace Recsys.Tests.Serving.Filters;

public sealed class FilterParserTests
{
    [Theory]
    [InlineData("genre = 'drama'", 1, "unknown field 'genre': did you mean 'genres'?")]
    [InlineData("kind = 'film' AND Tags = 'x'", 19, "unknown field 'Tags': did you mean 'tags'?")]
    [InlineData("attribute.year > 1", 1, "unknown field 'attribute.year': did you mean 'attributes.year'?")]
    [InlineData("context.county = 'DE'", 1, "unknown field 'context.county': did you mean 'context.country'?")]
    [InlineData("HAS(orderinal)", 5, "unknown field 'orderinal': did you mean 'ordinal'?")]
    [InlineData(
        "colour = 'red'", 1,
        "unknown field 'colour': expected kind, genres, tags, creators, languages, price, currency, maturity_age, duration, publish_time, age, parent_id, ordinal, "
        + "attributes.NAME or a value of the request such as context.country")]
    [InlineData("kind = 'flim'", 8, "unknown kind 'flim': did you mean 'film'?")]
    [InlineData("kind = 'book'", 8, "unknown kind 'book': expected game, film, series, season, episode, video, song, level, good, other")]
    [InlineData("", 1, "expected a field, HAS, available_in, NOT or '(', found the end")]
    [InlineData("  \t ", 5, "expected a field, HAS, available_in, NOT or '(', found the end")]
    [InlineData("genres", 7, "expected =, !=, <, <=, >, >=, IN or NOT IN after 'genres', found the end")]
    [InlineData("genres = drama", 10, "genres holds texts: expected a text in quotes, e.g. genres = 'abc', found 'drama'")]
    [InlineData("genres = 'a' tags = 'b'", 14, "expected AND, OR or the end, found 'tags'")]
    [InlineData("genres = 'a' AND", 17, "expected a field, HAS, available_in, NOT or '(', found the end")]
    [InlineData("(genres = 'a'", 14, "expected AND, OR or ')' for the '(' at character 1, found the end")]
    [InlineData("genres = 'a')", 13, "there is no '(' for this ')'")]
    [InlineData("()", 2, "expected a field, HAS, available_in, NOT or '(', found ')'")]
    [InlineData("genres < 'a'", 8, "'<' compares numbers and times only: expected =, !=, IN or NOT IN after 'genres'")]
    [InlineData("attributes.a < 'a'", 16, "'<' compares numbers and times only: expected a number, found the text 'a'")]
    [InlineData("attributes.a >= TRUE", 17, "'>=' compares numbers and times only: expected a number, found 'TRUE'")]
    [InlineData("attributes.a = 30d", 16, "attributes.a may hold a text, a number or a flag: expected a text in quotes, a number, TRUE or FALSE, found '30d'")]
    [InlineData("attributes.a = now", 16, "attributes.a may hold a text, a number or a flag: expected a text in quotes, a number, TRUE or FALSE, found 'now'")]
    [InlineData("attributes. = 1", 13, "expected an attribute's name after 'attributes.', found '='")]
    [InlineData("attributes.'x' = 1", 12, "expected an attribute's name after 'attributes.', found the text 'x'")]
    [InlineData("price = '9'", 9, "price is a number: expected a number, e.g. price <= 9, found the text '9'")]
    [InlineData("price < 9d", 9, "price is a number: expected a number, e.g. price <= 9, found '9d'")]
    [InlineData("price < context.country", 9, "price is a number: expected a number, e.g. price <= 9, found 'context.country'")]
    [InlineData("age < 30", 7, "age is a duration: expected a number with a unit (ms, s, m, h, d, w), e.g. age < 20m, found '30'")]
    [InlineData("age < 30days", 9, "'days' is no unit of time: expected ms, s, m, h, d or w, as in 30d")]
    [InlineData("publish_time < '2026-13-01'", 16, "publish_time is a time: expected an RFC 3339 time in quotes, e.g. publish_time >= '2026-01-31T08:00:00Z', found the text '2026-13-01'")]
    [InlineData(
        "publish_time < '2026-01-01T00:00:00'", 16,
        "publish_time is a time: expected an RFC 3339 time in quotes, e.g. publish_time >= '2026-01-31T08:00:00Z', found the text '2026-01-01T00:00:00'")]
    [InlineData("parent_id = 5", 13, "parent_id is an id: expected a text in quotes, found '5'")]
    [InlineData("parent_id = context.locale", 13, "parent_id is an id: expected a text in quotes, found 'context.locale'")]
    [InlineData("context.country = 1", 19, "context.country is a text: expected a text in quotes, found '1'")]
    [InlineData("genres IN 'a'", 11, "expected '(' after IN, found the text 'a'")]
    [InlineData("genres IN ()", 12, "genres holds texts: expected a text in quotes, e.g. genres = 'abc', found ')'")]
    [InlineData("genres IN ('a', )", 17, "genres holds texts: expected a text in quotes, e.g. genres = 'abc', found ')'")]
    [InlineData("genres IN ('a' 'b')", 16, "expected ',' or ')' for the '(' at character 11, found the text 'b'")]
    [InlineData("genres NOT ('a')", 12, "expected IN after NOT, found '('")]
    [InlineData("attributes.a IN ('a', 1)", 23, "the values of one IN must be of one type: expected another like the first, found '1'")]
    [InlineData("HAS genres", 5, "expected '(' after HAS, found 'genres'")]
    [InlineData("HAS('genres')", 5, "expected a field, found the text 'genres'")]
    [InlineData("HAS(genres", 11, "expected ')' for the '(' at character 4, found the end")]
    [InlineData("available_in('Germany')", 14, "expected an ISO 3166-1 alpha-2 code in quotes, e.g. 'BR', or context.country, found the text 'Germany'")]
    [InlineData("available_in(DE)", 14, "expected an ISO 3166-1 alpha-2 code in quotes, e.g. 'BR', or context.country, found 'DE'")]
    [InlineData("genres == 'a'", 8, "'==' is no operator: write '='")]
    [InlineData("genres <> 'a'", 8, "'<>' is no operator: write '!='")]
    [InlineData("HAS(genres) && HAS(tags)", 13, "'&' is no operator: write AND")]
    [InlineData("HAS(genres) || HAS(tags)", 13, "'|' is no operator: write OR")]
    [InlineData("!HAS(genres)", 1, "'!' is no operator: write NOT")]
    [InlineData("genres = ‘a’", 10, "‘ is no quote here: write ' or \"")]
    [InlineData("genres = 'a", 10, "the text that begins here has no end: expected another '")]
    [InlineData("genres = 'a\\", 12, "after a backslash one of \\ ' \" n r t is expected")]
    [InlineData("genres = '\\q'", 11, "after a backslash one of \\ ' \" n r t is expected")]
    [InlineData("genres = 'a' ; tags = 'b'", 14, "';' belongs to no filter: expected a field, a value or an operator")]
    [InlineData("genres = 'a'\u0001", 13, "the character U+0001 belongs to no filter: expected a field, a value or an operator")]
    [InlineData("price < 1e999", 9, "the number is too large")]
    [InlineData("age < 9999999w", 7, "the duration is too long: expected at most 10,000 years")]
    [InlineData("price < TRUE", 9, "price is a number: expected a number, e.g. price <= 9, found 'TRUE'")]
    [InlineData("OR genres = 'a'", 1, "expected a field, HAS, available_in, NOT or '(', found 'OR'")]
    [InlineData("genres = '😀😀' x", 15, "expected AND, OR or the end, found 'x'")]
    public void A_text_that_is_no_filter_is_refused_with_the_character_and_what_was_expected(string text, int position, string problem)
    {
        var error = Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse(text));
        Assert.Equal((position, problem), (error.Position, error.Problem));
        Assert.Equal($"at character {position}: {problem}", error.Message);
    }

    [Theory]
    [InlineData("genres = 'it\\'s' and tags = \"x\"")]
    [InlineData("Not HAS(genres) oR genres not IN ( \"a\\\"b\" ,'c' )")]
    [InlineData("attributes.a.b-c_9 = -1.5e-3")]
    [InlineData("attributes.TRUE = true AND attributes.x IN (FALSE)")]
    [InlineData("publish_time >= '2026-01-31T08:00:00.123+02:00' AND publish_time < '2026-02-01t00:00:00z' AND publish_time != '2026-01-31' AND now > '2020-01-01'")]
    [InlineData("duration <= 20m AND duration > 90s AND age < 1.5h AND age > -2w AND duration != 1ms")]
    [InlineData("kind IN ('FILM', ' song ') AND available_in('de') AND available_in(context.country)")]
    [InlineData("languages IN (context.locale, context.language, 'en') AND attributes.region = context.country AND attributes.min_age <= account.maturity_ceiling")]
    [InlineData("context.country IN ('DE', 'AT') AND account.maturity_ceiling >= 16 AND HAS(context.language) AND HAS(now)")]
    [InlineData("\n(\t(genres='a')\r\n)")]
    public void A_filter_in_the_language_parses_and_keeps_its_text(string text) =>
        Assert.Equal(text, FilterParser.Parse(text).Text);

    [Fact]
    public void Filters_at_the_limits_parse_and_one_beyond_is_refused_where_it_begins()
    {
        const string Term = "HAS(tags)";
        var parentheses = (int count) => new string('(', count) + Term + new string(')', count);
        var nots = (int count) => string.Concat(Enumerable.Repeat("NOT ", count)) + Term;
        var values = (int count) => $"ordinal IN ({string.Join(',', Enumerable.Repeat('1', count))})";
        var terms = (int count) => string.Join(" OR ", Enumerable.Repeat(Term, count));
        var bytes = (int count) => $"tags='{new string('x', count - 7)}'";
        Assert.NotNull(FilterParser.Parse(parentheses(100)));
        Assert.NotNull(FilterParser.Parse(nots(100)));
        Assert.NotNull(FilterParser.Parse(values(1_000)));
        Assert.NotNull(FilterParser.Parse(terms(1_000)));
        Assert.NotNull(FilterParser.Parse(bytes(16_384)));
        Refused(parentheses(101), 101, "nested too deeply");
        Refused(nots(101), 401, "nested too deeply");
        Refused(values(1_001), 2_013, "too many parts");
        Refused(terms(1_001), 13_004, "too many parts");
        Refused(bytes(16_385), 16_385, "too long");
        Refused($"tags = '{new string('é', 8_200)}'", 8_197, "too long");
        Refused($"tags = '{string.Concat(Enumerable.Repeat("😀", 4_100))}'", 4_103, "too long");
    }

    [Fact]
    public void Hostile_texts_are_refused_quickly()
    {
        string[] hostile =
        [
            new('(', 1_000_000), new('x', 1_000_000), new('\'', 1_000_000), new('1', 1_000_000), new('\\', 1_000_000), new('\uD800', 1_000_000),
            string.Concat(Enumerable.Repeat("NOT ", 250_000)),
            $"ordinal IN ({string.Join(',', Enumerable.Range(0, 100_000))})",
            new string('(', 1_000) + "HAS(tags)" + new string(')', 1_000),
            new('(', 16_000), new('1', 16_000), "attributes." + new string('a', 16_000) + "=1", new string('x', 16_000), "'" + new string('\\', 16_000),
            "price < 1" + new string('e', 16_000), "a." + new string('b', 16_000), string.Concat(Enumerable.Repeat("!=", 8_000)),
        ];
        foreach (var text in hostile)
        {
            var best = TimeSpan.MaxValue;
            for (var round = 0; round < 5; round++)
            {
                var start = Stopwatch.GetTimestamp();
                var error = Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse(text));
                if (Stopwatch.GetElapsedTime(start) is var elapsed && elapsed < best) best = elapsed;
                Assert.InRange(error.Position, 1, Math.Min(text.Length, FilterParser.MaxBytes) + 1);
                Assert.InRange(error.Message.Length, 1, 500);
            }

            Assert.True(best < TimeSpan.FromMilliseconds(20), $"{best.TotalMilliseconds} ms for {text[..20]}");
        }
    }

    private static void Refused(string text, int position, string problem)
    {
        var error = Assert.Throws<FilterSyntaxException>(() => FilterParser.Parse(text));
        Assert.Equal(position, error.Position);
        Assert.Contains(problem, error.Problem);
    }
}
