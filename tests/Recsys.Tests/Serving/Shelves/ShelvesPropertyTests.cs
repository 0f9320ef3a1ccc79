using Recsys.Serving.Shelves;
using Recsys.Tests.Serving.Rules;

namespace Recsys.Tests.Serving.Shelves;

/// <summary>Random requests for shelves against what shelves are, written a second time.</summary>
public sealed class ShelvesPropertyTests
{
    private const int RequestsPerWorld = 1_700;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Shelves_when_requests_are_random_are_those_of_the_slow_definitions(int seed)
    {
        await using var world = await ShelfWorld.OpenAsync(seed);
        var filled = new Dictionary<ShelfKind, int>();
        for (var number = 0; number < RequestsPerWorld; number++)
        {
            var (one, answer) = await world.AskAsync();
            if (Fault(one, answer) is { } fault) Assert.Fail($"seed {seed}, request {number}: {fault}\n{one}");
            foreach (var shelf in answer.Shelves.Where(shelf => shelf.List.Items.Count > 0)) filled[shelf.Kind] = filled.GetValueOrDefault(shelf.Kind) + 1;
        }

        // So that the comparison isn't lost unnoticed.
        Assert.All(Enum.GetValues<ShelfKind>(), kind => Assert.True(filled.GetValueOrDefault(kind) > 5, $"{kind}: {filled.GetValueOrDefault(kind)} shelves"));
    }

    private static string? Fault(ShelfCase one, ShelvesAnswer answer)
    {
        if (answer.DegradedReason.Length > 0) return answer.DegradedReason;
        var all = answer.Shelves.SelectMany(shelf => shelf.List.Items).Select(item => item.ItemId).ToArray();
        if (all.Distinct().Count() != all.Length) return "an item is on two shelves";
        var items = one.Items.ToDictionary(item => item.ItemId);
        if (one.Items.FirstOrDefault(item => all.Contains(item.ItemId) && SlowRules.AgeOf(item, items) > (one.Ceiling ?? 99)) is { } adult) return $"{adult.ItemId} is above the ceiling";
        if (answer.Shelves.Select(shelf => shelf.List.RecommendationId).Distinct().Count() != answer.Shelves.Count) return "two shelves share an id";
        if (!one.Request.KeepEmpty && answer.Shelves.Any(shelf => shelf.List.Items.Count == 0)) return "an empty shelf was kept";
        var reference = new SlowShelves(one);
        var named = new HashSet<string>();
        for (var i = 0; i < one.Request.Shelves.Count; i++)
        {
            var shelf = answer.Shelves.SingleOrDefault(found => found.Index == i);
            if (shelf is null && one.Request.KeepEmpty) return $"shelf {i} is missing";
            if (ShelfFault(one, one.Request.Shelves[i], shelf, reference, named) is { } fault) return $"shelf {i}, {one.Request.Shelves[i].Kind}: {fault}; found: {Line(shelf)}";
            reference.Take(shelf?.List.Items.Select(item => item.ItemId) ?? []);
        }

        return null;
    }

    private static string? ShelfFault(ShelfCase one, ShelfRequest asked, Shelf? shelf, SlowShelves reference, HashSet<string> named)
    {
        string[] found = [.. shelf?.List.Items.Select(item => item.ItemId) ?? []];
        if (found.Length > reference.Size(asked)) return "too long";
        if (shelf?.List.Items.Where((item, place) => item.Position != place).Any() == true) return "positions are wrong";
        var exact = asked.Kind switch
        {
            ShelfKind.Continue => reference.Continue(asked),
            ShelfKind.NextEpisode => reference.NextEpisodes(asked),
            ShelfKind.Again => reference.Again(asked),
            ShelfKind.New when !one.HasModel => [.. reference.New(asked).Take(reference.Size(asked))],
            _ => null,
        };
        if (exact is not null) return exact.SequenceEqual(found) ? null : $"wants: {string.Join(' ', exact)}";
        if (found.FirstOrDefault(itemId => !reference.MayBeProposed(asked, itemId)) is { } wrong) return $"{wrong} may not be there";
        return asked.Kind switch
        {
            ShelfKind.Recommended => Missing(one.Items.Count(item => reference.MayBeProposed(asked, item.ItemId))),
            ShelfKind.New => found.Except(reference.New(asked)).FirstOrDefault() is { } old ? $"{old} isn't new" : Missing(reference.New(asked).Count),
            ShelfKind.BecauseYouPlayed => shelf is null || found.Length == 0 ? null : NameFault(asked, shelf, reference, named),
            _ => shelf?.List.Items.Zip(shelf.List.Items.Skip(1)).Any(pair => pair.First.Score < pair.Second.Score) == true ? "counts aren't in order" : null,
        };

        string? Missing(int competing) => found.Length < Math.Min(competing, reference.Size(asked)) ? $"{competing} may be there" : null;
    }

    /// <summary>The newest that no shelf before is named after; one that nothing is like may be passed over.</summary>
    private static string? NameFault(ShelfRequest asked, Shelf shelf, SlowShelves reference, HashSet<string> named)
    {
        var name = shelf.TitleArgs["item_id"];
        if (!reference.Names(asked).Contains(name)) return $"{name} was neither completed nor liked, or is left out";
        if (!named.Add(name)) return $"{name} names two shelves";
        return shelf.List.Items.Any(item => item.ItemId == name || item.Reasons[0].BecauseItemId != name) ? "items that don't follow from the name" : null;
    }

    private static string Line(Shelf? shelf) => shelf is null ? "nothing" : string.Join(' ', shelf.List.Items.Select(item => item.ItemId));
}
