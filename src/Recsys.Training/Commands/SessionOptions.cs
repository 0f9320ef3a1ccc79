using System.CommandLine;
using Recsys.Training.Session;

namespace Recsys.Training.Commands;

/// <summary>The options of <c>recsys-train session</c>. Those without a value are chosen from the data's shape.</summary>
internal sealed class SessionOptions
{
    public Option<DirectoryInfo> TrainingSet { get; } = new("--training-set", "-t")
    {
        Description = "Folder of the training set, as `recsys train` or the server writes it.",
        HelpName = "FOLDER",
        Required = true,
    };

    public Option<DirectoryInfo> Output { get; } = new("--output", "-o")
    {
        Description = "Folder of the artefact. Must not exist: it appears when the training is done, whole or not at all.",
        HelpName = "FOLDER",
        Required = true,
    };

    public Option<int?> Epochs { get; } = RangedOption.Number("--epochs", "Passes over the data", 1, 200);

    public Option<long> Seed { get; } = new("--seed")
    {
        Description = "Seed of everything random. Equal data, settings, seed and threads on equal machines give equal weights.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    public Option<int?> Threads { get; } = RangedOption.Number("--threads", "Threads; default: one a processor", 1, TrainingSettings.MaxThreads);

    public Option<int?> EmbeddingSize { get; } = RangedOption.Number("--embedding-size", "Floats of an item's embedding", 8, 1024);

    public Option<int?> HiddenSize { get; } = RangedOption.Number("--hidden-size", "Floats of a block's hidden state; each adds 4 bytes to a user's state, for every block and network", 8, 1024);

    public Option<int?> Blocks { get; } = RangedOption.Number("--blocks", "Residual LSTM blocks", 1, 8);

    public Option<int?> Members { get; } = RangedOption.Number(
        "--members", "Networks trained one after the other, each from a seed of its own, whose logits are averaged; a user's state and a step's time grow with them", 1, 8);

    public Option<int?> BatchWindows { get; } = RangedOption.Number("--batch-windows", "Windows of a batch at most", 1, 4096);

    public Option<double?> LearningRate { get; } = RangedOption.Share("--learning-rate", "Highest learning rate", 1e-6, 1);

    public Option<double?> Dropout { get; } = RangedOption.Share("--dropout", "Chance that a feature is dropped, inputs and blocks alike", 0, 0.9);

    public Option<int?> ValidationUsers { get; } = RangedOption.Number(
        "--validation-users", "Users whose last interaction is held out to validate; default: a tenth, or a 300th of the interactions, from 1,000 (200 without --refit) to 5,000", 0, 1_000_000);

    public Option<bool?> TimeGaps { get; } = new("--time-gaps")
    {
        Description = "Whether the network reads the time between interactions and until the request; default: where these differ.",
        HelpName = "true|false",
    };

    public Option<bool?> Refit { get; } = new("--refit")
    {
        Description = "Whether to train once more on all interactions, the held-out ones included, for the number of epochs that validated best; default: below 400,000 interactions to learn from.",
        HelpName = "true|false",
    };

    public Option<FileInfo> Settings { get; } = new("--settings")
    {
        Description = "A JSON file with settings, named as in an artefact's manifest; other options overrule it.",
        HelpName = "FILE",
    };

    public Option<DirectoryInfo> WarmStart { get; } = new("--warm-start")
    {
        Description = "Begin from the weights of this artefact, whose items are matched by their numbers, with a quarter of the epochs; where its network has other sizes, from nothing.",
        HelpName = "FOLDER",
    };

    public Option<DirectoryInfo> CompareWith { get; } = new("--compare-with")
    {
        Description = "Hold out interactions newer than what this artefact was trained on, and say in the manifest how both networks rank them.",
        HelpName = "FOLDER",
    };

    public Option<FileInfo> Checkpoint { get; } = new("--checkpoint")
    {
        Description = "Where to keep what is needed to go on after each epoch; default: the output's name with .checkpoint. Removed when the training is done.",
        HelpName = "FILE",
    };

    public Option<bool> NoCheckpoint { get; } = new("--no-checkpoint")
    {
        Description = "Keep no checkpoint: a training that is interrupted starts anew.",
    };

    public Option<bool> Resume { get; } = new("--resume")
    {
        Description = "Go on from the checkpoint, if there is one: the weights become the same bits as without the interruption.",
    };

    public Option<bool> Check { get; } = new("--check")
    {
        Description = "Only say whether the training set and the settings will do: nothing is trained or written.",
    };

    public ProcessOptions Process { get; } = new();

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])
        [
            TrainingSet, Output, Epochs, Seed, Threads, EmbeddingSize, HiddenSize, Blocks, Members, BatchWindows, LearningRate, Dropout,
            ValidationUsers, TimeGaps, Refit, Settings, WarmStart, CompareWith, Checkpoint, NoCheckpoint, Resume, Check, .. Process.All,
        ])
            command.Options.Add(option);
    }
}
