using Recsys.Serving.Catalogue;
using Recsys.Serving.Filters;

namespace Recsys.Tests.Serving.Filters;

public sealed class FilterConcurrencyTests
{
    private const int Items = 50;
    private const int Writes = 20_000;

    [Fact]
    public async Task An_item_is_seen_as_it_was_before_a_write_or_after_it_never_in_between()
    {
        await using var rig = await FilterRig.OpenAsync();
        CatalogueItem[] versions = [.. Enumerable.Range(0, 8).Select(Version)];
        for (var i = 1u; i <= Items; i++) rig.Put(i, versions[i % 8]);
        var whole = FilterParser.Parse(string.Join(" OR ", Enumerable.Range(0, 8).Select(Whole)));
        var mixed = FilterParser.Parse("(genres = 'g1' AND NOT attributes.n = 1) OR (attributes.n = 2 AND NOT tags = 't2') OR (ordinal = 4 AND attributes.text != 'x3')");
        var writing = true;
        var answers = 0L;
        var reader = Task.Run(() =>
        {
            var context = rig.Context();
            while (Volatile.Read(ref writing))
            {
                for (var i = 1u; i <= Items; i++)
                {
                    Assert.True(whole.Matches(i, context), $"item {i} is no version of itself");
                    Assert.False(mixed.Matches(i, context), $"item {i} is two versions at once");
                    answers++;
                }
            }
        });
        for (var write = 0; write < Writes && !reader.IsCompleted; write++)
        {
            rig.Put((uint)(1 + (write % Items)), versions[write * 7 % 8]);

            // Rows and chunks that are added and thrown away beside them make the column grow and be compacted.
            if (write % 10 == 0) rig.Put((uint)(1_000 + write), versions[write % 8]);
        }

        Volatile.Write(ref writing, false);
        await reader;
        Assert.True(answers > 0);
    }

    private static string Whole(int i) =>
        $"(genres = 'g{i}' AND tags = 't{i}' AND attributes.n = {i} AND attributes.text = 'x{i}' AND ordinal = {i + 1} "
        + $"AND NOT genres IN ({string.Join(',', Enumerable.Range(0, 8).Where(j => j != i).Select(j => $"'g{j}'"))}))";

    private static CatalogueItem Version(int i) => new()
    {
        ItemId = "item",
        Genres = [$"g{i}"],
        Tags = [.. Enumerable.Range(0, 1 + (3 * i)).Select(j => $"{i}.{j}"), $"t{i}"],
        Ordinal = i + 1,
        Attributes = new Dictionary<string, ItemAttribute> { ["n"] = new() { Number = i }, ["text"] = new() { Text = $"x{i}" } },
    };
}
