using Recsys.Inference.Experiments;

namespace Recsys.Tests.Inference.Experiments;

/// <summary>Users and their variants.</summary>
public sealed class VariantAssignmentTests
{
    private const int Users = 100_000;

    [Theory]
    [InlineData(0.5, 0.5)]
    [InlineData(0.9, 0.1)]
    [InlineData(0.2, 0.3, 0.1)]
    [InlineData(0.01, 0.02, 0.3, 0.4)]
    [InlineData(0.001, 0.999)]
    public void Shares_when_counted_over_many_users_are_respected(params double[] shares)
    {
        var counts = new long[shares.Length + 1];
        foreach (var variant in Assign("shares", shares)) counts[variant < 0 ? shares.Length : variant]++;
        var outside = 1 - shares.Sum();
        if (outside < 1e-9) Assert.Equal(0, counts[^1]);
        var expected = outside < 1e-9 ? Variants(shares) : [.. Variants(shares), new VariantShare("outside", outside)];
        var check = SampleRatioCheck.Of(expected, [.. counts.Take(expected.Count)]);
        Assert.Equal(SampleRatioVerdict.Balanced, check.Verdict);
    }

    [Fact]
    public void Assignment_when_made_again_or_in_another_order_is_the_same()
    {
        // Written down, and the same by a Python program of the same rule: a changed hash would move the users of running experiments.
        Assert.Equal("1101000001101111", string.Concat(Assign("pinned", [0.5, 0.5]).Take(16)));
        var there = new VariantAssignment("order", [new("a", 0.2), new("b", 0.3), new("c", 0.4)]);
        var back = new VariantAssignment("order", [new("c", 0.4), new("a", 0.2), new("b", 0.3)]);
        for (var user = 0; user < 2_000; user++) Assert.Equal(NameOf(there, $"user-{user}"), NameOf(back, $"user-{user}"));
    }

    [Fact]
    public void Experiments_when_of_different_salts_are_independent()
    {
        string[] salts = ["shelf", "shelf2", "Shelf", "home", "a", "b", "experiment-0000000000000000000000000000000001", "experiment-0000000000000000000000000000000002"];
        var splits = salts.Select(salt => Assign(salt, [0.5, 0.5])).ToArray();
        for (var i = 0; i < splits.Length; i++)
        {
            for (var j = i + 1; j < splits.Length; j++)
            {
                var agreement = splits[i].Zip(splits[j]).Average(pair => pair.First == pair.Second ? 1.0 : -1.0);

                // The correlation of two fair coins has a standard deviation of 1 / root of the users; 4.5 of them are one in 147,000, for 28 pairs.
                Assert.True(Math.Abs(agreement) < 4.5 / Math.Sqrt(Users), $"{salts[i]} and {salts[j]} correlate by {agreement}");
            }
        }
    }

    [Fact]
    public void Neighbouring_users_when_assigned_are_independent()
    {
        var split = Assign("neighbours", [0.5, 0.5]);
        for (var lag = 1; lag <= 20; lag++)
        {
            var agreement = Enumerable.Range(0, Users - lag).Average(i => split[i] == split[i + lag] ? 1.0 : -1.0);
            Assert.True(Math.Abs(agreement) < 4.5 / Math.Sqrt(Users), $"lag {lag} correlates by {agreement}");
        }
    }

    [Fact]
    public void Ramp_up_when_the_ratio_stays_only_takes_users_in()
    {
        var (small, large) = (Assign("ramp", [0.1, 0.1]), Assign("ramp", [0.3, 0.3]));
        var moved = small.Zip(large).Count(pair => pair.First != pair.Second);
        Assert.All(small.Zip(large), pair => Assert.True(pair.First == pair.Second || pair.First == VariantAssignment.Outside));
        Assert.InRange(moved, 0.395 * Users, 0.405 * Users);
    }

    [Theory]
    [InlineData(new[] { 0.4, 0.3, 0.3 }, new[] { 0.6, 0.2, 0.2 })]
    [InlineData(new[] { 0.2, 0.2, 0.2 }, new[] { 0.3, 0.2, 0.2 })]
    [InlineData(new[] { 0.5, 0.25, 0.25 }, new[] { 0.25, 0.5, 0.25 })]
    public void Changed_shares_when_compared_move_only_towards_what_grew_and_no_more_than_is_bounded(double[] before, double[] after)
    {
        double[] old = [.. before, Math.Max(0, 1 - before.Sum())], now = [.. after, Math.Max(0, 1 - after.Sum())];
        var moves = Assign("moves", before).Zip(Assign("moves", after)).Where(pair => pair.First != pair.Second).ToArray();
        Assert.All(moves.Distinct(), move =>
        {
            var (from, to) = (move.First < 0 ? before.Length : move.First, move.Second < 0 ? before.Length : move.Second);
            Assert.True(now[to] / now[from] > old[to] / old[from], $"{from} to {to}");
        });
        var distance = old.Zip(now).Sum(pair => Math.Abs(pair.First - pair.Second)) / 2;
        Assert.InRange(moves.Length, distance * Users * 0.97, 2 * distance / (1 + distance) * Users * 1.03);
    }

    [Fact]
    public void Added_variant_when_it_takes_from_all_alike_only_takes_users()
    {
        var (before, after) = (Assign("added", [0.5, 0.5]), Assign("added", [0.4, 0.4, 0.2]));
        Assert.All(before.Zip(after), pair => Assert.True(pair.First == pair.Second || pair.Second == 2));
    }

    [Theory]
    [InlineData("", "a:0.5", "salt")]
    [InlineData("s", "", "1 to 100 variants")]
    [InlineData("s", "a:0.5,a:0.5", "two variants 'a'")]
    [InlineData("s", ":0.5", "name is empty")]
    [InlineData("s", "a:0", "above 0")]
    [InlineData("s", "a:NaN", "above 0")]
    [InlineData("s", "a:0.7,b:0.4", "more than 1")]
    public void Assignment_when_it_makes_no_sense_is_refused(string salt, string variants, string reason)
    {
        var shares = variants.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split(':')).Select(pair => new VariantShare(pair[0], double.Parse(pair[1])));
        Assert.Contains(reason, Assert.ThrowsAny<ArgumentException>(() => new VariantAssignment(salt, [.. shares])).Message, StringComparison.Ordinal);
    }

    private static string NameOf(VariantAssignment assignment, string user) => assignment.IndexOf(user) is >= 0 and var i ? assignment.Variants[i].Name : "";

    private static int[] Assign(string salt, double[] shares)
    {
        var assignment = new VariantAssignment(salt, Variants(shares));
        return [.. Enumerable.Range(0, Users).Select(user => assignment.IndexOf($"user-{user}"))];
    }

    private static List<VariantShare> Variants(double[] shares) => [.. shares.Select((share, i) => new VariantShare($"variant-{i}", share))];
}
