using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.TrainingTests.Session;

/// <summary>Trainings that begin from an earlier model, and the comparison with it.</summary>
public sealed class EarlierModelTests : IDisposable
{
    private const int Items = 15;

    private static readonly TrainingSettings Settings = SampleSettings.Tiny with { Epochs = 12, Rules = false, Neighbours = false, InputDropout = 0, BlockDropout = 0, ItemDropout = 0 };

    private readonly TemporaryFolder _folder = new();

    // The same users later: what they did before is the same, and some items are new.
    private readonly InteractionLog _before = SampleLogs.Cycle(users: 90, Items, length: 10);
    private readonly InteractionLog _after = SampleLogs.Plays(90, 16, (user, i, _) => i < 12 ? ((user * 7) + i) % Items : Items + (i % 3));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Weights_when_a_training_begins_are_the_earlier_ones_by_item_number_and_fresh_for_new_items()
    {
        var (earlier, trained) = TrainEarlier();
        var fresh = SessionWeights.CreateRandom(Settings.Network, _after.ItemCount, seed: 9);
        var begun = fresh.Copy();
        earlier.Begin(0, begun, _after);
        var width = Settings.Network.EmbeddingSize;
        for (var item = 0; item < _after.ItemCount; item++)
        {
            var known = Array.IndexOf(_before.ItemNumbers, _after.ItemNumbers[item]);
            var expected = known >= 0 ? trained["item_embedding"].Slice(known * width, width) : fresh["item_embedding"].Slice(item * width, width);
            Assert.Equal(expected.ToArray(), begun["item_embedding"].Slice(item * width, width).ToArray());
        }

        Assert.Equal(Items + 3, _after.ItemCount);
        Assert.Equal(trained["blocks.0.lstm.weight_hh"].ToArray(), begun["blocks.0.lstm.weight_hh"].ToArray());
    }

    [Fact]
    public void Training_when_it_goes_on_is_ahead_of_one_from_nothing_after_as_few_epochs_and_is_compared_with_the_earlier_model()
    {
        var (earlier, _) = TrainEarlier();
        var split = ValidationSplit.Create(_after, seed: 1, newerThanMs: earlier.LastTimeMs);
        var few = Settings with { Epochs = 1 };
        TrainedSession Train(EarlierModel? start) =>
            new SessionTraining(_after, split, few, new ProgressList(), TimeProvider.System, TextWriter.Null, start, earlier).Run(null, resume: false, default);
        var (warm, cold) = (Train(earlier), Train(null));
        Assert.True(warm.IsContinued && !cold.IsContinued);
        Assert.True(warm.StepLosses[0] < cold.StepLosses[0], $"first losses {warm.StepLosses[0]} and {cold.StepLosses[0]}");

        // All that is held out are items which the earlier model doesn't know: it misses them.
        Assert.Equal(0, warm.Comparison!.BaselineNdcg);
        Assert.Equal(split.Users.Length, warm.Comparison.Users);
        Assert.Equal(warm.Metrics.Single(score => score.K == 10).Ndcg, warm.Comparison.Ndcg, 1e-6);
    }

    [Fact]
    public void Model_when_compared_with_itself_is_no_better_or_worse()
    {
        var (earlier, trained) = TrainEarlier();
        var split = ValidationSplit.Create(_before, seed: 1);
        var comparison = ModelContest.Hold(_before, split, Settings, seen: null, trained, earlier, default);
        Assert.True(comparison.Ndcg > 0.5, $"NDCG@10 {comparison.Ndcg}");
        Assert.Equal((comparison.Ndcg, 0), (comparison.BaselineNdcg, comparison.StandardError));
    }

    [Fact]
    public void Split_when_only_newer_interactions_may_be_held_out_holds_out_none_that_are_as_old()
    {
        var last = _before.TimesMs.Max();
        Assert.Empty(ValidationSplit.Create(_before, seed: 1, newerThanMs: last).Users);
        Assert.Empty(ValidationSplit.Create(_before, seed: 1, learnedInTheEnd: true, newerThanMs: last).Users);
        var split = ValidationSplit.Create(_after, seed: 1, learnedInTheEnd: true, newerThanMs: last + 3);
        Assert.NotEmpty(split.Users);
        Assert.All(split.TargetsOf(_after, split.Users), target => Assert.True(_after.TimesMs[target.At] > last + 3));
    }

    private (EarlierModel Earlier, SessionWeights Weights) TrainEarlier()
    {
        var trained = new SessionTraining(_before, ValidationSplit.Create(_before, 1), Settings, new ProgressList(), TimeProvider.System, TextWriter.Null).Run(null, resume: false, default);
        var path = _folder.Child("earlier");
        SessionArtefacts.Write(path, _before, Settings, trained, DateTimeOffset.UnixEpoch);
        return (EarlierModel.Open(path), trained.Weights);
    }
}
