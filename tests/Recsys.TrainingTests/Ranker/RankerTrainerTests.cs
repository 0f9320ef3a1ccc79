using Recsys.Inference.Ranker;
using Recsys.Training.Ranker;

namespace Recsys.TrainingTests.Ranker;

public sealed class RankerTrainerTests
{
    private const int F = RankerTable.FeatureCount;

    [Fact]
    public void The_straight_way_finds_which_feature_tells()
    {
        var cases = Cases(2_000, (x, i) => x(RankerFeature.Taste, i) + (0.2f * x(RankerFeature.Session, i)));
        var straight = RankerTrainer.Fit(cases, deep: false, 1e-3f, seed: 1, default);
        Assert.False(straight.IsDeep);
        Assert.Equal((int)RankerFeature.Taste, Array.IndexOf(straight.Linear, straight.Linear.Max()));
        Assert.True(Gain(cases, straight) > 0.8, $"{Gain(cases, straight)}");
        Assert.Equal(straight.Linear, RankerTrainer.Fit(cases, deep: false, 1e-3f, seed: 1, default).Linear);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradients_are_those_of_small_differences(bool deep)
    {
        var (one, random) = (Cases(1, (x, i) => x(RankerFeature.Session, i))[0], new Random(4));
        var (mean, scale) = (new float[F], new float[F]);
        Array.Fill(scale, 0.8f);
        var values = new RankerParameters(deep, 0.5f, random).Values;
        foreach (ref var value in values.AsSpan()) value += 0.3f * (random.NextSingle() - 0.5f);
        var pass = new RankerPass(deep);
        pass.Run(one, mean, scale, values);
        var gradient = (float[])pass.Gradient.Clone();
        for (var k = 0; k < values.Length; k += deep ? 7 : 1)
        {
            const float step = 2e-3f;
            var kept = values[k];
            values[k] = kept + step;
            pass.Run(one, mean, scale, values);
            var above = pass.Loss;
            values[k] = kept - step;
            pass.Run(one, mean, scale, values);
            var below = pass.Loss;
            values[k] = kept;
            pass.Run(one, mean, scale, values);

            // Where a unit's kink lies within the step, both sides differ: the gradient is between theirs.
            var (right, left) = ((above - pass.Loss) / step, (pass.Loss - below) / step);
            Assert.InRange(gradient[k], Math.Min(left, right) - 2e-3, Math.Max(left, right) + 2e-3);
        }
    }

    [Fact]
    public void A_pass_gives_the_loss_of_the_network_that_serves()
    {
        var (cases, random) = (Cases(1, (x, i) => x(RankerFeature.Session, i)), new Random(4));
        var parameters = new RankerParameters(deep: true, 0.5f, random);
        foreach (ref var value in parameters.Values.AsSpan()) value += 0.3f * (random.NextSingle() - 0.5f);
        var (mean, scale) = (new float[F], new float[F]);
        Array.Fill(mean, 0.1f);
        Array.Fill(scale, 0.8f);
        var pass = new RankerPass(deep: true);
        pass.Run(cases[0], mean, scale, parameters.Values);
        var (table, logits) = (new RankerTable(), new float[cases[0].Count]);
        table.Reset(cases[0].Count);
        for (var f = 0; f < F; f++) cases[0].Features.AsSpan(f * cases[0].Count, cases[0].Count).CopyTo(table.Column((RankerFeature)f));
        new RankerNetwork(parameters.ToWeights(mean, scale)).Score(table, logits);
        Assert.Equal(Math.Log(logits.Sum(logit => Math.Exp(logit))) - logits[cases[0].Target], pass.Loss, 1e-4);
    }

    [Fact]
    public void A_source_that_is_dropped_is_dropped_with_all_its_features()
    {
        var one = Cases(1, (x, i) => x(RankerFeature.Session, i))[0];
        var (mean, scale, pass, random) = (new float[F], new float[F], new RankerPass(deep: false), new Random(1));
        Array.Fill(scale, 1);
        var seen = new HashSet<bool>();
        for (var run = 0; run < 40; run++)
        {
            pass.Drop(random, 0.5f);
            pass.Run(one, mean, scale, new float[F]);
            for (var source = ModelSource.Session; source <= ModelSource.Similar; source++)
                Assert.Equal(IsDropped((RankerFeature)source), IsDropped(RankerFeature.SessionRank + (int)source));
            Assert.Equal(IsDropped(RankerFeature.CoWatched), IsDropped(RankerFeature.WatchedNext));
            Assert.False(IsDropped(RankerFeature.Popularity));
            seen.Add(IsDropped(RankerFeature.WatchedNext));
        }

        Assert.Equal(2, seen.Count);

        bool IsDropped(RankerFeature feature) => pass.Gradient[(int)feature] == 0;
    }

    [Fact]
    public void Hidden_layers_find_what_the_straight_way_cant()
    {
        // The nearer to the middle, the better.
        var cases = Cases(600, (x, i) => -Math.Abs(x(RankerFeature.Popularity, i)));
        var straight = RankerFolds.Gains(cases, some => RankerTrainer.Fit(some, deep: false, 1e-3f, seed: 1, default)).Average();
        var layers = RankerFolds.Gains(cases, some => RankerTrainer.Fit(some, deep: true, 1e-3f, seed: 1, default)).Average();
        Assert.True(layers > straight + 0.3, $"{layers} with layers, {straight} without");
    }

    [Fact]
    public void A_source_never_counts_against_what_it_proposes()
    {
        var cases = Cases(300, (x, i) => x(RankerFeature.Session, i) - (2 * x(RankerFeature.Linear, i)) - (2 * x(RankerFeature.TasteRank, i)) - x(RankerFeature.Popularity, i)
            - (2 * x(RankerFeature.WatchedNext, i)) - (2 * x(RankerFeature.Trending, i)));
        var weights = RankerTrainer.Fit(cases, deep: false, 1e-3f, seed: 1, default).Linear;
        Assert.All(weights[..(2 * SourceScores.Count)], weight => Assert.True(weight >= 0));
        Assert.All((RankerFeature[])[RankerFeature.WatchedNext, RankerFeature.Trending], feature => Assert.True(weights[(int)feature] >= 0, $"{feature}"));
        Assert.True(weights[(int)RankerFeature.Popularity] < 0);
    }

    [Fact]
    public void Folds_are_ranked_by_rankers_that_did_not_see_them()
    {
        // Which feature tells is drawn for each case: whoever is fitted to a case knows, nobody else does.
        var seen = new List<int>();
        var cases = Cases(30, (x, i) => x(RankerFeature.Session, i));
        RankerFolds.Gains(cases, some =>
        {
            seen.Add(some.Count);
            Assert.Equal(20, some.Distinct().Count());
            return RankerTrainer.Fit(some, deep: false, 1e-3f, seed: 1, default);
        });
        Assert.Equal([20, 20, 20], seen);
    }

    [Fact]
    public void A_lead_is_as_sure_as_its_users_are_many()
    {
        // Of each user's cases one ranking wins all or loses all: ten cases of a user say as much as one.
        RankerCase[] one = [.. Cases(30, (x, i) => x(RankerFeature.Session, i))];
        double[] gains = [.. one.Select((_, user) => user % 3 == 0 ? 0.0 : 1.0)], none = [.. one.Select(_ => 0.5)];
        RankerCase[] ten = [.. one.SelectMany(single => Enumerable.Repeat(single, 10))];
        var lead = RankerFolds.Lead(one, gains, none);
        Assert.Equal(Math.Sqrt(29) / Math.Sqrt(8), lead, 1e-9);
        Assert.Equal(lead, RankerFolds.Lead(ten, [.. gains.SelectMany(gain => Enumerable.Repeat(gain, 10))], [.. ten.Select(_ => 0.5)]), 1e-9);
        Assert.Equal(-lead, RankerFolds.Lead(one, none, gains), 1e-9);
        Assert.Equal(0, RankerFolds.Lead(one, gains, gains));
        Assert.Equal(double.PositiveInfinity, RankerFolds.Lead(one, [.. one.Select(_ => 0.75)], none));

        // Where one user has many cases, what they say counts by as many, as in the mean that is reported.
        RankerCase[] uneven = [.. one, .. Enumerable.Repeat(one[0], 70)];
        Assert.True(RankerFolds.Lead(uneven, [.. gains, .. Enumerable.Repeat(0.0, 70)], [.. uneven.Select(_ => 0.5)]) < 0);
    }

    [Fact]
    public void A_feature_that_never_varies_and_targets_that_nobody_proposed_are_passed_over()
    {
        var cases = Cases(100, (x, i) => x(RankerFeature.Session, i), constant: RankerFeature.Trending).Select((one, i) => i % 2 == 0 ? one : one with { Target = -1 }).ToArray();
        var weights = RankerTrainer.Fit(cases, deep: true, 1e-3f, seed: 1, default);
        Assert.Equal(0, weights.Scale[(int)RankerFeature.Trending]);
        Assert.All(weights.Linear.Concat(weights.Hidden).Concat(weights.Output), value => Assert.True(float.IsFinite(value)));
        Assert.All(RankerFolds.Gains(cases, _ => weights).Where((_, i) => i % 2 == 1), gain => Assert.Equal(0, gain));
        RankerTrainer.Fit([.. cases.Select(one => one with { Target = -1 })], deep: true, 1e-3f, seed: 1, default);
    }

    /// <summary>Candidates of random features; the target is the best by a rule.</summary>
    private static RankerCase[] Cases(int count, Func<Func<RankerFeature, int, float>, int, float> rule, RankerFeature? constant = null)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(user =>
        {
            var candidates = 20 + random.Next(20);
            var features = new float[F * candidates];
            for (var f = 0; f < F; f++)
            {
                for (var i = 0; i < candidates; i++)
                    features[(f * candidates) + i] = f == (int?)constant ? 3 : (2 * random.NextSingle()) - 1;
            }
            var target = Enumerable.Range(0, candidates).MaxBy(i => rule((feature, at) => features[((int)feature * candidates) + at], i));
            return new RankerCase(user, features, candidates, target, [.. Enumerable.Range(0, candidates)], 1);
        })];
    }

    private static double Gain(RankerCase[] cases, RankerWeights weights) => RankerFolds.Gains(cases, _ => weights).Average();
}
