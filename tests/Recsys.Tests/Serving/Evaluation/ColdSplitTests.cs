using Recsys.Inference;
using Recsys.Serving.Evaluation;
using Recsys.Serving.Models;
using Recsys.Serving.Sessions;

namespace Recsys.Tests.Serving.Evaluation;

public sealed class ColdSplitTests
{
    [Fact]
    public void Removed_items_are_in_nothing_that_is_trained_on_and_their_players_are_asked_for_them()
    {
        var random = new Random(3);
        UserHistory[] histories =
        [
            .. Enumerable.Range(0, 50).Select(user => new UserHistory(
                $"u{user}", [.. Enumerable.Range(0, 20).Select(at => new Interaction((uint)random.Next(1, 101), InteractionKind.Like, Strength.Unknown, 1_000 * at))])),
        ];
        var split = ColdSplit.Of(histories, number => number <= 90, 0.1, 7);
        Assert.Equal(9, split.Cold.Length);
        Assert.All(split.Cold, item => Assert.InRange(item, 1u, 90u));
        Assert.DoesNotContain(split.Training.SelectMany(user => user.Interactions), interaction => split.Cold.Contains(interaction.Item));
        foreach (var history in histories)
        {
            var played = history.Interactions.Select(interaction => interaction.Item).Intersect(split.Cold).ToHashSet();
            var one = split.Cases.SingleOrDefault(one => one.UserId == history.UserId);
            Assert.Equal(played.Order(), one?.Cold.Order() ?? Enumerable.Empty<uint>());

            // The last known item is held out beside them.
            var known = history.Interactions.Where(interaction => !split.Cold.Contains(interaction.Item)).ToArray();
            if (one is not null) Assert.Equal((known[^1], known[^2].TimeMs), (one.Target!.Value, one.MomentMs));
            Assert.Equal(known[..^1], split.Training.Single(user => user.UserId == history.UserId).Interactions);
        }

        Assert.Equal(split.Cold.Select(item => histories.Sum(history => history.Interactions.Count(interaction => interaction.Item == item))), split.Cold.Select(item => split.Plays[item]));
        Assert.Equal(split.Cold, ColdSplit.Of(histories, number => number <= 90, 0.1, 7).Cold);
        Assert.NotEqual(split.Cold, ColdSplit.Of(histories, number => number <= 90, 0.1, 8).Cold);
    }
}
