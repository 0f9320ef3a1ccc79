using Recsys.Serving.Experiments;
using Recsys.Serving.Lists;

namespace Recsys.Tests.Serving;

/// <summary>How long page tokens can be.</summary>
public sealed class PageTokenTests
{
    private const int IdBytes = 128;

    [Fact]
    public async Task Widest_token_that_can_be_made_is_within_the_limit_and_read_again()
    {
        await using var rig = await EngineRig.OpenAsync();
        var tokens = await PageTokens.OpenAsync(rig.Store, CancellationToken.None);
        var snapshot = new Snapshot
        {
            RecommendationId = Guid.NewGuid(),
            ModelVersion = new('m', IdBytes),
            Personalized = true,
            Followed = new(FollowedUsers.MostKinds, ulong.MaxValue),
            CreateTimeMs = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds(),
            StateRevision = long.MaxValue,
            ExperimentId = new('e', IdBytes),
            Variant = new('v', ExperimentLimits.NameBytes),
        };

        // Rules may put any item anywhere, so the distance from one score to the next may be any, too.
        for (uint i = 0; i < Snapshot.MaxDepth; i++)
            snapshot.Add(new(uint.MaxValue - i, i % 2 == 0 ? float.MinValue : float.MaxValue, byte.MaxValue, CandidateSource.Fresh, 0.5f) { Propensity = 0.25f });
        var token = tokens.Write(snapshot, 0, ulong.MaxValue);
        Assert.InRange(token.Length, 500 * 16 * 4 / 3, ListRequest.MaxPageTokenBytes);
        var read = tokens.Read(token, ulong.MaxValue, snapshot.CreateTimeMs);
        Assert.Equal(snapshot.Entries.ToArray(), read.Entries.ToArray());
        Assert.Equal((snapshot.ModelVersion, snapshot.ExperimentId, snapshot.Variant, snapshot.Followed), (read.ModelVersion, read.ExperimentId, read.Variant, read.Followed));
    }
}
