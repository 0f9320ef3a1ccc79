using System.CommandLine;
using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.Training.Commands;

/// <summary>The models that a training begins from and is compared with, and what both mean for it.</summary>
/// <param name="Start">To begin from; null: from nothing.</param>
/// <param name="Rival">To compare with; null: none.</param>
internal sealed record EarlierModels(EarlierModel? Start, EarlierModel? Rival)
{
    /// <summary>A training that goes on from where another one ended takes this share of the epochs (docs/learning.md has the measurement).</summary>
    private const double EpochShare = 0.25;

    /// <summary>And this share of the learning rate: most of what the weights are is to stay.</summary>
    private const double RateShare = 0.5;

    /// <summary>Opens what the command line names.</summary>
    /// <exception cref="TrainingException">One doesn't pass its checks.</exception>
    public static EarlierModels Open(ParseResult parsed, SessionOptions options)
    {
        var start = parsed.GetValue(options.WarmStart)?.FullName;
        var rival = parsed.GetValue(options.CompareWith)?.FullName;
        var opened = start is null ? null : EarlierModel.Open(start);
        return new EarlierModels(opened, rival is null ? null : rival == start ? opened : EarlierModel.Open(rival));
    }

    /// <summary>
    /// What to hold out: with an earlier model only what is newer than everything that it knows. Where there is too little of that, nothing is compared and nothing is begun from, since what a
    /// network has learned by heart tells nothing about it.
    /// </summary>
    /// <param name="split">Makes a split of what is newer than a moment, Unix ms.</param>
    /// <param name="network">The sizes of the network to train.</param>
    /// <param name="tell">Hears why it's otherwise than asked for.</param>
    public (EarlierModels Models, ValidationSplit Split) Split(Func<long, ValidationSplit> split, Recsys.Inference.Artefacts.SessionSettings network, Action<string> tell)
    {
        if (Start is null && Rival is null)
            return (this, split(long.MinValue));
        var held = split(Math.Max(Start?.LastTimeMs ?? long.MinValue, Rival?.LastTimeMs ?? long.MinValue));
        if (held.Users.Length < ModelContest.LeastUsers)
        {
            tell($"begins from nothing and is compared with nothing: {held.Users.Length} users have something newer than the earlier model to hold out, {ModelContest.LeastUsers} are needed");
            return (new EarlierModels(null, null), split(long.MinValue));
        }
        if (Start is null || Start.Fits(network))
            return (this, held);
        tell("begins from nothing: the earlier model's network has other sizes");
        return (this with { Start = null }, held);
    }

    /// <summary>Settings of a training that goes on from <see cref="Start"/>; as they were without.</summary>
    /// <param name="settings">Of one that begins from nothing.</param>
    /// <param name="epochsAreGiven">They were asked for.</param>
    public TrainingSettings Shorten(TrainingSettings settings, bool epochsAreGiven)
    {
        if (Start is null)
            return settings;
        var epochs = epochsAreGiven ? settings.Epochs : Math.Max(2, (int)Math.Round(settings.Epochs * EpochShare));
        return settings with { Epochs = epochs, ValidateEvery = Math.Max(1, epochs / 5), LearningRate = settings.LearningRate * RateShare };
    }
}
