using Recsys.Serving.Catalogue;
using Recsys.Storage.Sqlite;

namespace Recsys.Tests.Serving.Catalogue;

public sealed class ItemNumbersTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Numbers_and_ids_lead_to_each_other_when_items_of_several_namespaces_are_resolved()
    {
        await using var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), None);
        var numbers = await ItemNumbers.LoadAsync(store, None);
        var random = new Random(7);
        for (var call = 0; call < 20; call++)
        {
            var ns = "abc"[random.Next(3)].ToString();
            string[] ids = [.. Enumerable.Range(0, random.Next(1, 300)).Select(_ => $"item-{random.Next(500)}-é")];
            var resolved = await numbers.ResolveAsync(ns, ids, None);
            for (var i = 0; i < ids.Length; i++)
            {
                Assert.Equal(ids[i], numbers.IdOf(resolved[i]));
                Assert.True(numbers.TryGet(ns, ids[i], out var number));
                Assert.Equal(resolved[i], number);
                Assert.True(numbers.IsIn(ns, number));
                Assert.False(numbers.IsIn("d", number));
            }
        }

        var again = await ItemNumbers.LoadAsync(store, None);
        Assert.Equal(numbers.Highest, again.Highest);
        for (var number = 1u; number <= numbers.Highest; number++) Assert.Equal(numbers.IdOf(number), again.IdOf(number));
        foreach (var ns in new[] { "a", "b", "c", "d" }) Assert.Equal(numbers.ItemsOf(ns), again.ItemsOf(ns));
    }

    [Fact]
    public async Task The_same_id_has_a_number_of_its_own_in_each_namespace()
    {
        await using var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), None);
        var numbers = await ItemNumbers.LoadAsync(store, None);
        var first = await numbers.ResolveAsync("a", ["x", "y", "x"], None);
        var second = await numbers.ResolveAsync("b", ["x"], None);
        Assert.Equal(first[0], first[2]);
        Assert.NotEqual(first[0], first[1]);
        Assert.NotEqual(first[0], second[0]);
        Assert.Equal(first[..2].Order(), numbers.ItemsOf("a"));
    }

    [Fact]
    public async Task An_unknown_item_has_no_number_and_an_unknown_number_no_id()
    {
        await using var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), None);
        var numbers = await ItemNumbers.LoadAsync(store, None);
        await numbers.ResolveAsync("a", ["x"], None);
        Assert.False(numbers.TryGet("a", "z", out var number));
        Assert.Equal(0u, number);
        Assert.False(numbers.TryGet("nowhere", "x", out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => numbers.IdOf(99));
        Assert.Throws<ArgumentOutOfRangeException>(() => numbers.IdOf(0));
    }

    [Fact]
    public async Task Calls_beside_each_other_agree_on_the_numbers()
    {
        await using var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), None);
        var numbers = await ItemNumbers.LoadAsync(store, None);
        string[] ids = [.. Enumerable.Range(0, 2_000).Select(i => $"item-{i}")];
        var resolved = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await numbers.ResolveAsync("a", ids, None))));
        Assert.All(resolved, each => Assert.Equal(resolved[0], each));
        Assert.Equal(2_000, resolved[0].Distinct().Count());
    }
}
