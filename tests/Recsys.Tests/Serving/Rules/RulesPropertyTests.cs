using Recsys.Serving.Lists;
using Xunit.Abstractions;

namespace Recsys.Tests.Serving.Rules;

/// <summary>Random placements and requests against the rules written a second time.</summary>
public sealed class RulesPropertyTests(ITestOutputHelper output)
{
    private const int RequestsPerWorld = 1_250;

    // Single precision, of which one place of a hundred more or less is a thousand times more.
    private const double NearPropensity = 1e-6;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Lists_when_placements_and_requests_are_random_are_those_of_the_slow_rules(int seed)
    {
        await using var world = await RulesWorld.OpenAsync(seed);
        var (exact, diverse, drawn, tooClose) = (0, 0, 0, 0);
        for (var number = 0; number < RequestsPerWorld; number++)
        {
            var (one, list) = await world.AskAsync();
            if (Fault(one, list, ref exact, ref diverse, ref drawn, ref tooClose) is { } fault) Assert.Fail($"seed {seed}, request {number}: {fault}\nfound: {Line(list)}\n{one}");
        }

        // So that the comparison isn't lost unnoticed.
        Assert.True(exact > RequestsPerWorld / 4 && drawn > 0 && tooClose < exact / 10, Counts());
        output.WriteLine(Counts());

        string Counts() => $"{exact} of {RequestsPerWorld} compared, {diverse} of them with diversity, {drawn} by the propensity of each place, {tooClose} too close";
    }

    private static string? Fault(RulesCase one, RankedList list, ref int exact, ref int diverse, ref int drawn, ref int tooClose)
    {
        var adult = one.Base.Concat(list.Items).FirstOrDefault(item => one.Items.Single(known => known.ItemId == item.ItemId).MaturityAge > (one.Ceiling ?? int.MaxValue));
        if (adult is not null) return $"{adult.ItemId} is above the ceiling";
        var reference = new SlowRules(one);
        if (InvariantFault(one, list, reference) is { } fault) return fault;
        string[] found = [.. list.Items.Select(item => item.ItemId)];
        var explores = one.Placement.Exploration > 0;
        var propensities = explores ? reference.Propensities(found) : [];
        var pages = explores ? [] : reference.Pages();
        if (reference.IsTooClose)
        {
            tooClose++;
            return null;
        }

        exact++;
        if (one.Placement.Diversity > 0) diverse++;
        if (explores)
        {
            drawn++;
            return PropensityFault(list, propensities);
        }

        return pages.Any(page => page.SequenceEqual(found))
            ? null
            : $"another list\nwants: {string.Join("\n   or: ", pages.Select(page => string.Join(' ', page)))}";
    }

    private static string? PropensityFault(RankedList list, List<double> propensities)
    {
        for (var place = 0; place < list.Items.Count; place++)
        {
            var (item, wanted) = (list.Items[place], propensities.ElementAtOrDefault(place));
            if (!(Math.Abs(item.Propensity - wanted) <= NearPropensity)) return FormattableString.Invariant($"{item.ItemId} has propensity {item.Propensity} at {place}, wants {wanted}");
        }

        return null;
    }

    /// <summary>What holds of every list, also where chance or likeness had a say.</summary>
    private static string? InvariantFault(RulesCase one, RankedList list, SlowRules reference)
    {
        string[] found = [.. list.Items.Select(item => item.ItemId)];
        if (found.Distinct().Count() != found.Length) return "an item is there twice";
        for (var place = 0; place < found.Length; place++)
        {
            var (item, itemId) = (list.Items[place], found[place]);
            if (item.Position != place) return $"{itemId} says place {item.Position}, stands at {place}";
            if (!reference.IsEligible(itemId)) return $"{itemId} isn't eligible";
            if (!(item.Propensity is > 0 and <= 1)) return $"{itemId} has propensity {item.Propensity}";
            if (one.Placement.Exploration == 0 && item.Propensity != 1) return $"{itemId} has propensity {item.Propensity} without exploration";
            if (reference.Pins.TryGetValue(place, out var pinned))
            {
                if (pinned != itemId) return $"{pinned} is pinned at {place}, {itemId} stands there";
                continue;
            }

            if (reference.IsSeen(itemId)) return $"{itemId} is left out by the seen policy";
            if (reference.IsWornOut(itemId)) return $"{itemId} is left out by the frequency cap";
            if (!reference.MayStand(found, place, itemId)) return $"{itemId} is one too many for a cap at {place}";
        }

        // Pins behind the list's end may or may not be in it.
        var competing = reference.Ranked.Select(item => item.ItemId).Except(reference.Pins.Values).Count();
        return one.Placement.Caps.Count == 0 && found.Length < Math.Min(one.PageSize, competing) ? $"{found.Length} items, {competing} may be in it" : null;
    }

    private static string Line(RankedList list) => string.Join(' ', list.Items.Select(item => FormattableString.Invariant($"{item.ItemId}:{item.Score:g6}:{item.Propensity:g3}")));
}
