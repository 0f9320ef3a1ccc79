using System.Text;
using CsCheck;
using Recsys.Content.Preprocessing.Texts;

namespace Recsys.Tests.Content;

/// <summary>Cleaning, form KC, words, word pieces, tf-idf.</summary>
public sealed class TextTests
{
    [Fact]
    public void Form_KC_when_compared_with_another_implementation_is_the_same()
    {
        using var stream = typeof(TextTests).Assembly.GetManifestResourceStream("nfkc-cases.txt")!;
        using var reader = new StreamReader(stream);
        var cases = 0;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            var fields = line.Split(';');
            Assert.Equal(fields[1], Points(Nfkc.Apply(Text(fields[0]))));
            cases++;
        }

        Assert.Equal(400, cases);
    }

    [Theory]
    [InlineData("\uFF26\uFF55\uFF4C\uFF4C", "Full")]
    [InlineData("\u210C\U0001D41E\u24DB\u2113o", "Hello")]
    [InlineData("\uFB01ne", "fine")]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C")]
    [InlineData("plain", "plain")]
    public void Form_KC_when_letters_only_look_different_makes_them_the_same(string text, string expected) => Assert.Equal(expected, Nfkc.Apply(text));

    [Fact]
    public void Form_KC_when_half_a_pair_is_left_is_valid_text() => Assert.Equal("a\uFFFDb", Nfkc.Apply("a\uD800b"));

    [Fact]
    public void Form_KC_when_applied_twice_changes_nothing() => Gen.String.Sample(text =>
    {
        var once = Nfkc.Apply(text);
        Assert.Equal(once, Nfkc.Apply(once));
    });

    [Theory]
    [InlineData("<p>Two <b>words</b></p>", "two words")]
    [InlineData("I <3 you &amp; me", "i <3 you & me")]
    [InlineData("see https://a.example/x?y=1, or www.b.example!", "see xxurl , or xxurl !")]
    [InlineData("@Some_One hi a@b.example", "xxname hi a@b.example")]
    [InlineData(" a \t\r\n b\u00A0 c ", "a b c")]
    [InlineData("zero\u200Bwidth\u202E \u0000x", "zerowidth x")]
    [InlineData("don\u2019t \u2764\uFE0F", "don't \u2764")]
    [InlineData("<script", "<script")]
    [InlineData("a\u2581b", "a_b")]
    [InlineData("", "")]
    public void Text_when_cleaned_is_plain(string text, string expected) => Assert.Equal(expected, TextCleaner.Apply(text, clean: true, lowerCase: true));

    [Fact]
    public void Text_when_cleaning_is_off_keeps_tags_and_case()
    {
        Assert.Equal("<B>Hi @You</B>", TextCleaner.Apply("<B>Hi  @You</B>", clean: false, lowerCase: false));
    }

    [Theory]
    [InlineData("<a<a<a<a")]
    [InlineData("<!")]
    [InlineData("&#x;&&amp")]
    [InlineData("e\u0301\u0327")]
    [InlineData("www.")]
    public void Cleaning_when_a_text_is_long_and_made_to_be_slow_ends_soon(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, 200_000 / part.Length)) + "e" + string.Concat(Enumerable.Repeat("\u0301\u0327", 50_000));
        var started = TimeProvider.System.GetTimestamp();
        TextCleaner.Apply(text, clean: true, lowerCase: true);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("don't stop, it's 3.5 o'", "don't|stop|it's|3|5|o")]
    [InlineData("ein \u00FCber-mensch", "ein|\u00FCber|mensch")]
    [InlineData("\u6771\u4EAC tower", "\u6771|\u4EAC|tower")]
    [InlineData("ok\U0001F600\U0001F600", "ok|\U0001F600|\U0001F600")]
    public void Text_when_cut_into_words_has_them(string text, string expected)
    {
        var words = TextTokens.Of(text).Where(token => !token.IsPunctuation).Select(token => text.Substring(token.Start, token.Length));
        Assert.Equal(expected, string.Join('|', words));
    }

    [Fact]
    public void Terms_are_words_and_pairs_but_no_pair_across_lines()
    {
        Assert.Equal(["a", "b", "a b", "c", "b c", "d", "e", "d e"], TextTerms.Of("a b, c\nd e"));
    }

    [Fact]
    public void Weights_when_computed_by_hand_are_those()
    {
        var fit = new WordFit();
        foreach (var text in new[] { "a b", "a c", "a b" }) fit.Add(text);
        var vocabulary = fit.Learn(10);
        // In two texts or more: a (3), b (2), and the pair (2).
        Assert.Equal(["a", "b", "a b"], vocabulary.Terms);
        Assert.Equal(new[] { 1, 1 + Math.Log(4 / 3.0), 1 + Math.Log(4 / 3.0) }.Select(w => (float)w), vocabulary.Weights);

        var vector = new WordWeights(vocabulary).Of("b b unknown");
        Assert.Equal([1], vector.Indices);
        Assert.Equal(1, vector.Values[0], 1e-6f);
        var two = new WordWeights(vocabulary).Of("a b b");
        double[] raw = [1, (1 + Math.Log(2)) * (1 + Math.Log(4 / 3.0)), 1 + Math.Log(4 / 3.0)];
        var length = Math.Sqrt(raw.Sum(value => value * value));
        for (var i = 0; i < raw.Length; i++) Assert.Equal(raw[i] / length, two.Values[i], 1e-6);
        Assert.Empty(new WordWeights(vocabulary).Of("x, y").Indices);
    }

    [Fact]
    public void Pieces_when_learned_join_the_most_frequent_neighbours_first()
    {
        var training = new WordPieceTraining();
        for (var i = 0; i < 10; i++) training.Add("low low lower");
        for (var i = 0; i < 3; i++) training.Add("new");
        var pieces = training.Learn(WordPieceVocabulary.FirstPiece + 40, CancellationToken.None).Pieces;
        // The alphabet is first: the space, then by frequency. Three pairs are as frequent: that of the earlier pieces is joined first.
        Assert.Equal(["\u2581", "w", "l", "o"], pieces.Take(4));
        Assert.Equal(["\u2581l", "ow", "\u2581low"], pieces.Where(piece => piece.Length > 1).Take(3));
        Assert.Contains("\u2581lower", pieces);
        Assert.Contains("\u2581new", pieces);
    }

    [Fact]
    public void Pieces_when_learned_twice_are_the_same_whatever_the_order_of_texts()
    {
        var random = new Random(3);
        string[] texts = [.. Enumerable.Range(0, 300).Select(_ => string.Join(' ', Enumerable.Range(0, 8).Select(_ => new string([.. Enumerable.Range(0, 4).Select(_ => (char)('a' + random.Next(5)))]))))];
        Assert.Equal(Learn(texts), Learn([.. texts.Reverse()]));

        static IReadOnlyList<string> Learn(string[] texts)
        {
            var training = new WordPieceTraining();
            foreach (var text in texts) training.Add(text);
            var learned = training.Learn(600, CancellationToken.None);
            Assert.True(learned.Count() <= 600);
            Assert.Null(learned.Problem());
            return learned.Pieces;
        }
    }

    [Fact]
    public void Pieces_when_encoded_take_the_longest_first_and_bytes_where_none_fits()
    {
        var pieces = new WordPieces(new() { Pieces = ["\u2581", "\u2581un", "\u2581unhappy", "happy", "h", "a"] });
        Assert.Equal([260], pieces.Encode("unhappy", 10));
        // "unhat": un, h, a, then the byte of t.
        Assert.Equal([259, 262, 263, WordPieceVocabulary.FirstByte + 't'], pieces.Encode("unhat", 10));
        Assert.Equal([258, WordPieceVocabulary.FirstByte + 0xC3, WordPieceVocabulary.FirstByte + 0xA9], pieces.Encode("\u00E9", 10));
        Assert.Equal([259, 262], pieces.Encode("unhat", 2));
        Assert.Empty(pieces.Encode("", 5));
    }

    [Fact]
    public void Pieces_when_decoded_give_the_text_back()
    {
        var training = new WordPieceTraining();
        training.Add("some words to learn from, some words 123");
        var pieces = new WordPieces(training.Learn(512, CancellationToken.None));
        Gen.String.Sample(text =>
        {
            var cleaned = TextCleaner.Apply(text + " some learned", clean: false, lowerCase: true);
            var ids = pieces.Encode(cleaned, int.MaxValue);
            Assert.All(ids, id => Assert.InRange(id, 0, pieces.Count - 1));
            Assert.Equal(cleaned, pieces.Decode(ids));
        });
    }

    private static string Text(string points) => string.Concat(points.Split(' ').Select(point => new Rune(Convert.ToInt32(point, 16)).ToString()));

    private static string Points(string text) => string.Join(' ', text.EnumerateRunes().Select(rune => rune.Value.ToString("X", null)));
}
