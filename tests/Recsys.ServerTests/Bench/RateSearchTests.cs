using Recsys.Server.Bench;

namespace Recsys.ServerTests.Bench;

/// <summary>The search for the highest rate.</summary>
public sealed class RateSearchTests
{
    [Theory]
    [InlineData(7_300)]
    [InlineData(500)]
    [InlineData(90)]
    public async Task Search_when_the_server_sustains_a_rate_finds_it_within_the_gap(double capacity)
    {
        var search = new RateSearch(500, p99LimitMs: 50, _ => { });
        var found = await search.RunAsync(rate => Task.FromResult(SampleResult.Of(rate, rate <= capacity ? 40 : 60, errors: 0)));
        Assert.InRange(found, capacity / (RateSearch.Precision + 0.02), capacity);
        Assert.All(search.Steps, step => Assert.Equal(step.RatePerSecond <= capacity, step.Sustained));
    }

    [Fact]
    public async Task Search_when_there_are_errors_takes_the_rate_for_too_high_however_fast_it_is()
    {
        var found = await new RateSearch(500, p99LimitMs: 50, _ => { }).RunAsync(rate => Task.FromResult(SampleResult.Of(rate, 1, errors: rate > 800 ? 1 : 0)));
        Assert.InRange(found, 740, 800);
    }

    [Fact]
    public async Task Search_when_a_step_fails_while_the_generator_was_late_tries_it_once_more()
    {
        var calls = new Dictionary<double, int>();
        var search = new RateSearch(500, p99LimitMs: 50, _ => { });
        var found = await search.RunAsync(rate =>
        {
            calls[rate] = calls.GetValueOrDefault(rate) + 1;
            var disturbed = rate == 1_000 && calls[rate] == 1;
            var result = SampleResult.Of(rate, disturbed || rate > 1_500 ? 60 : 40, errors: 0);
            return Task.FromResult(disturbed ? result with { Generator = result.Generator with { LagP99Ms = 30 } } : result);
        });
        Assert.InRange(found, 1_400, 1_500);
        Assert.Equal((2, 1), (calls[1_000], calls[2_000]));
    }
}
