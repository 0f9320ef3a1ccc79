using Recsys.Serving.Catalogue;
using Recsys.Serving.Filters;
using Recsys.Serving.Lists;
using Recsys.Serving.Steering;

namespace Recsys.Tests.Serving.Catalogue;

/// <summary>Texts that are the same by Unicode, whichever way they are put together.</summary>
public sealed class CanonicalTextTests
{
    private const string Composed = "caf\u00E9";
    private const string Decomposed = "cafe\u0301";

    [Theory]
    [InlineData("caf\u00E9", "cafe\u0301")]
    [InlineData("\u212B", "A\u030A")] // Ångström sign
    [InlineData("\u1EBF", "e\u0302\u0301")] // made of three
    [InlineData("a\u0323\u0308", "a\u0308\u0323")] // marks below and above, in either order
    [InlineData("\u00E4\u0323", "a\u0323\u0308")]
    [InlineData("\u0451\u0439", "\u0435\u0308\u0438\u0306")] // Cyrillic
    [InlineData("\u304C", "\u304B\u3099")] // Japanese
    [InlineData("\uAC01", "\u1100\u1161\u11A8")] // Hangul
    [InlineData("\uAC00\u11A8", "\uAC01")]
    [InlineData("\uD7A3", "\u1112\u1175\u11C2")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")] // beyond 16 bits
    [InlineData("\u1F0D\u0345", "\u0391\u0314\u0301\u0345")] // Greek
    public void Texts_when_they_are_canonically_equivalent_are_equal_and_have_one_key(string one, string other)
    {
        Assert.Equal(CanonicalText.Of(one), CanonicalText.Of(other));
        Assert.Equal(CanonicalText.Of(one), CanonicalText.Of(CanonicalText.Of(one)));
        Assert.Equal(FieldKeys.OfText(one), FieldKeys.OfText(" " + other.ToUpperInvariant()));
    }

    [Theory]
    [InlineData("\uFB01", "fi")] // a ligature is another text
    [InlineData("caf\u00E9", "cafe")]
    [InlineData("a\u0308\u0301", "a\u0301\u0308")] // two marks above: their order says which is the inner one
    [InlineData("\u00D8", "O")]
    [InlineData("\uAC00", "\uAC01")]
    public void Texts_when_they_only_look_alike_differ(string one, string other) => Assert.NotEqual(CanonicalText.Of(one), CanonicalText.Of(other));

    [Fact]
    public void Text_when_it_is_plain_is_the_same_object()
    {
        const string plain = "drama, 1990-2000 ~ \u00BF";
        Assert.Same(plain, CanonicalText.Of(plain));
        Assert.Equal("", CanonicalText.Of(""));
    }

    [Theory]
    [InlineData(Composed, Decomposed)]
    [InlineData(Decomposed, Composed)]
    public async Task Items_when_they_were_written_in_one_form_are_met_by_filters_and_words_in_the_other(string stored, string asked)
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync(
            new() { ItemId = "tag", Tags = [stored] },
            new() { ItemId = "genre", Genres = [stored] },
            new() { ItemId = "creator", Creators = [stored] },
            new() { ItemId = "text", Attributes = new Dictionary<string, ItemAttribute> { ["place"] = new() { Text = stored } } },
            new() { ItemId = "texts", Attributes = new Dictionary<string, ItemAttribute> { ["places"] = new() { Texts = ["bar", stored] } } },
            new() { ItemId = "other", Tags = ["cafe"], Genres = ["cafe"], Creators = ["cafe"] });
        await CheckAsync();

        // As they were stored, they are read again.
        await rig.ReopenAsync();
        await CheckAsync();
        Assert.Equal([stored], (await rig.Engine.Catalogue.GetAsync(EngineRig.Ns, "tag", CancellationToken.None)).Item.Tags);

        async Task CheckAsync()
        {
            Assert.Equal("tag", await PassingAsync($"tags = '{asked}'"));
            Assert.Equal("other", await PassingAsync($"tags != '{asked}'"));
            Assert.Equal("genre", await PassingAsync($"genres IN ('x', '{asked}')"));
            Assert.Equal("creator", await PassingAsync($"creators = '{asked.ToUpperInvariant()}'"));
            Assert.Equal("text", await PassingAsync($"attributes.place = '{asked}'"));
            Assert.Equal("texts", await PassingAsync($"attributes.places = '{asked}'"));
            await rig.Engine.Preferences.SetAsync(EngineRig.Ns, "u", [(PreferenceKind.Not, new(SubjectKind.Creator, asked))], CancellationToken.None);
            Assert.DoesNotContain("creator", (await rig.ListAsync("u")).Items.Select(item => item.ItemId));
            Assert.Equal(5, (await rig.ListAsync("u")).Items.Count);
        }

        async Task<string> PassingAsync(string filter)
        {
            var list = await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, Filter = FilterParser.Parse(filter) });
            return string.Join(' ', list.Items.Select(item => item.ItemId));
        }
    }
}
