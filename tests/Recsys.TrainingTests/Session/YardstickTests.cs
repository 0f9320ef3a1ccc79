using Recsys.Inference.Evaluation;
using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.TrainingTests.Session;

public sealed class YardstickTests
{
    [Fact]
    public void A_model_is_warned_of_unless_it_beats_the_most_popular_items()
    {
        // Everybody ends with item 5, and half of them are held out.
        var log = SampleLogs.Plays(40, 3, (user, step, _) => step == 1 ? 0 : step == 0 ? 1 + (user % 4) : 5);
        var split = ValidationSplit.Create(log, seed: 1, maxUsers: 20);
        var seen = OwnItems.Of(log, split.TrainingEnds);

        // Without seen items it's the most popular one: twenty plays, those of items 1 to 4 have about ten.
        Assert.Single(Yardstick.Warnings(log, split, seen, [Score(1)]));
        Assert.Contains("NDCG@10 0.3000 and 1.0000 on 20 held-out interactions", Yardstick.Warnings(log, split, seen, [Score(0.3)])[0]);

        // Where seen items compete, item 0 is first and item 5 second.
        var second = 1 / Math.Log2(3);
        Assert.Empty(Yardstick.Warnings(log, split, null, [Score(second + 1e-6)]));
        Assert.Single(Yardstick.Warnings(log, split, null, [Score(second - 1e-6)]));
    }

    [Fact]
    public void A_model_that_nobody_measured_says_so() =>
        Assert.Contains("nobody knows", Yardstick.Warnings(SampleLogs.Cycle(5, 5, 5), ValidationSplit.Nothing(SampleLogs.Cycle(5, 5, 5)), null, [])[0]);

    private static RankingScore Score(double ndcg) => new(10, ndcg, ndcg, ndcg, 1);
}
