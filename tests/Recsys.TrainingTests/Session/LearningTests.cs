using Recsys.Training.Windows;

namespace Recsys.TrainingTests.Session;

public sealed class LearningTests
{
    [Fact]
    public void A_ring_of_items_is_learned_by_heart()
    {
        var log = SampleLogs.Cycle(users: 40, items: 30, length: 25);
        var trained = Training.Run(log, SampleSettings.Tiny with { Epochs = 12, ValidateEvery = 4, LearningRate = 1e-2 });

        Assert.InRange(trained.Metrics.Single(score => score.K == 10).Ndcg, 0.9, 1);
        Assert.True(trained.StepLosses[^1] < trained.StepLosses[0] / 3, $"loss {trained.StepLosses[0]} to {trained.StepLosses[^1]}");
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(12, false)]
    [InlineData(12, true)]
    public void Order_is_learned_where_popularity_knows_nothing(int negatives, bool masked)
    {
        var log = SampleLogs.Chains(users: 60, items: 40, length: 25, seed: 2);
        var trained = Training.Run(log, SampleSettings.Tiny with { Epochs = 15, ValidateEvery = 5, LearningRate = 1e-2, Negatives = negatives, MaskOwnItems = masked });
        var model = trained.Metrics.Single(score => score.K == 10).Ndcg;

        // Three of four plays follow from the one before, so the best possible is a little over 0.75; a guess gets 0.11.
        Assert.InRange(model, 0.55, 1);
        Assert.True(model > 2 * PopularityNdcg(log), $"model {model}, popularity {PopularityNdcg(log)}");
    }

    [Fact]
    public void Bfloat16_learns_as_float32_does()
    {
        var log = SampleLogs.Cycle(users: 40, items: 30, length: 25);
        var settings = SampleSettings.Tiny with { Epochs = 12, ValidateEvery = 12, LearningRate = 1e-2, BFloat16 = true };

        Assert.InRange(Training.Run(log, settings).Metrics.Single(score => score.K == 10).Ndcg, 0.9, 1);
    }

    [Fact]
    public void Own_items_are_left_out_where_they_are_masked()
    {
        // Everybody plays ten different items once; nothing else can be told, so masking halves what is left to guess from.
        var random = new Random(5);
        var builder = new InteractionLogBuilder();
        for (var user = 0; user < 50; user++)
        {
            var items = Enumerable.Range(0, 20).ToArray();
            random.Shuffle(items);
            for (var i = 0; i < 10; i++)
                builder.Add(user, (uint)items[i], Inference.InteractionKind.Play, 250, i);
        }
        var log = builder.Build();

        var masked = Training.Run(log, SampleSettings.Tiny with { MaskOwnItems = true });
        var all = Training.Run(log, SampleSettings.Tiny);

        // The target and eleven others against the target and nineteen others.
        Assert.Equal(Math.Log(12), masked.StepLosses[0], 0.1);
        Assert.Equal(Math.Log(20), all.StepLosses[0], 0.1);
    }

    private static double PopularityNdcg(InteractionLog log)
    {
        var split = ValidationSplit.Create(log, seed: 1);
        var counts = Array.ConvertAll(log.CountTargets(), count => (float)count);
        var metrics = new Inference.Evaluation.RankingAccumulator(log.ItemCount, 10);
        foreach (var user in split.Users)
            metrics.Add((float[])counts.Clone(), log.Items[split.TrainingEnds[user]], []);
        return metrics.Scores()[0].Ndcg;
    }
}
