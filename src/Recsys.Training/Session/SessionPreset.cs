using Recsys.Inference.Artefacts;
using Recsys.Training.Windows;

namespace Recsys.Training.Session;

/// <summary>Chooses settings by the shape of the data, never by its name. Everything here can be overruled on the command line.</summary>
internal static class SessionPreset
{
    /// <summary>Below this many targets a network of 128 features learns the data by heart.</summary>
    private const int SmallData = 20_000;

    /// <summary>
    /// Where there are so many targets, less dropout is better: on ML-1M 0.3, 0.2 and 0.15 had validation NDCG@10 0.2185, 0.2233 and 0.2278
    /// after 24 epochs. With fewer, so many of them are held out that the training is worth repeating with all (docs/decisions/014).
    /// </summary>
    private const int MuchData = 400_000;

    /// <summary>
    /// Targets to see in a whole training of little data; more data needs fewer epochs. On 36,000 targets of KuaiRand 8, 14, 24 and 56 epochs had validation NDCG@10 0.037, 0.047, 0.056 and 0.047.
    /// </summary>
    private const double WantedTargets = 800_000;

    /// <summary>No fewer epochs than this, unless so much is seen in fewer.</summary>
    private const int EnoughEpochs = 24;
    private const double EnoughTargets = 24_000_000;
    private const int LeastEpochs = 3, MostEpochs = 60;

    /// <summary>
    /// Steps an epoch. Few large ones learn less: on ML-1M a network of 2 x 192 was as good after 3 epochs of 170 steps as one of 1 x 128 after 2 epochs of 340; in 30 epochs of 40
    /// steps ML-100K's network learned less than in 3 epochs of 150.
    /// </summary>
    private const double WantedSteps = 600;

    /// <summary>With fewer targets a step, Muon takes longer than the gradients that it works on.</summary>
    private const double LeastTargetsForMuon = 1_000;

    /// <summary>
    /// Larger catalogues: averaged networks have long item vectors, through which each list goes, which is too slow then; and a softmax over all items takes nearly all of the training.
    /// </summary>
    private const int LargeCatalogue = 20_000;

    /// <summary>Items that targets compete with where the catalogue is large.</summary>
    private const int Negatives = 4_096;

    private const double MostRate = 1.6e-3;
    private const int LeastBatchWindows = 4, MostBatchWindows = 256;

    public static TrainingSettings Choose(DataShape shape)
    {
        var small = shape.Targets < SmallData;
        var targets = Math.Max(1.0, shape.Targets);
        var enough = Math.Clamp(EnoughTargets / targets, LeastEpochs, EnoughEpochs);
        var epochs = (int)Math.Round(Math.Clamp(WantedTargets / targets, enough, MostEpochs));
        var windows = shape.Users + shape.Targets / TrainingSettings.DefaultWindowLength;
        var dropout = shape.Targets < MuchData ? 0.2 : 0.15;
        var batch = (int)Math.Clamp(windows / WantedSteps, LeastBatchWindows, MostBatchWindows);
        return new TrainingSettings
        {
            Network = new SessionSettings
            {
                EmbeddingSize = small ? 64 : 128,
                HiddenSize = small ? 64 : 128,
                Blocks = 1,
                Members = Members(shape),
                FeedForwardMultiple = 4,
                // docs/decisions/016
                TimeGaps = shape.TimesTell,
            },
            Epochs = epochs,
            ValidateEvery = Math.Max(1, epochs / 10),
            BatchWindows = batch,
            BatchTargets = 8_000,
            // Grows with the root of the batch, as the noise of its gradient falls.
            LearningRate = Math.Min(MostRate, 5e-4 * Math.Sqrt(batch)),
            WeightDecay = 0.05,
            Muon = targets * batch / Math.Max(1, windows) >= LeastTargetsForMuon,
            InputDropout = dropout,
            BlockDropout = dropout,
            ItemDropout = 0,
            MaskOwnItems = shape.RepeatsAreRare,
            Negatives = shape.Items > LargeCatalogue ? Negatives : 0,
            Refit = shape.Targets < MuchData,
        };
    }

    /// <summary>
    /// How many networks are averaged: two are worth their time on data that neither makes one learn by heart nor keeps one busy for a day. Three would keep 2.3 KB a user.
    /// </summary>
    private static int Members(DataShape shape) => shape is { Items: <= LargeCatalogue, Targets: >= 50_000 and < 10_000_000 } ? 2 : 1;
}
