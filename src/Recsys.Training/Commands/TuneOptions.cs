using System.CommandLine;
using Recsys.Training.Session;
using Recsys.Training.Tuning;

namespace Recsys.Training.Commands;

/// <summary>The options of <c>recsys-train tune</c>.</summary>
internal sealed class TuneOptions
{
    /// <summary>More targets of a user than these are no test but the data.</summary>
    private const int MostLeftOut = 100;

    private const string DefaultBudget = "1h";

    public Option<DirectoryInfo> TrainingSet { get; } = new("--training-set", "-t")
    {
        Description = "Folder of the training set, as `recsys tune` or the server writes it.",
        HelpName = "FOLDER",
        Required = true,
    };

    public Option<DirectoryInfo> State { get; } = new("--state")
    {
        Description = "Folder that everything is kept in: the plan, each finished training, the running one's checkpoint. The same command goes on from it.",
        HelpName = "FOLDER",
        Required = true,
    };

    public Option<FileInfo> Space { get; } = new("--space")
    {
        Description = "A JSON file with what to tune, e.g. {\"learning_rate\": {\"from\": 0.0005, \"to\": 0.01, \"scale\": \"log\"}, \"network.hidden_size\": [64, 128]}; "
            + "default: what matters most, around the preset for this data's shape.",
        HelpName = "FILE",
    };

    public Option<string> Budget { get; } = new("--budget")
    {
        Description = $"Wall time, e.g. 90m, 1h30m: a plan is made that ends in it, and it ends then in any case. Default without --trials: {DefaultBudget}.",
        HelpName = "TIME",
    };

    public Option<int?> Trials { get; } = RangedOption.Number("--trials", "Trials, the preset included, instead of as many as end in the budget", 2, HalvingPlan.MostTrials);

    public Option<int?> Epochs { get; } = RangedOption.Number("--epochs", "Epochs of the last rung; default: the preset's", 1, 200);

    public Option<long> Seed { get; } = new("--seed")
    {
        Description = "Seed of everything random. With --trials, equal data, options, seed and threads on equal machines give an equal outcome.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    public Option<int?> Threads { get; } = RangedOption.Number("--threads", "Threads; default: one a processor", 1, TrainingSettings.MaxThreads);

    public Option<int?> ValidationUsers { get; } = RangedOption.Number(
        "--validation-users", "Users whose last interaction is held out to compare trials by; default: a quarter, 1,000 to 10,000", 1, 1_000_000);

    public Option<int?> LeaveOut { get; } = RangedOption.Number(
        "--leave-out", "How many of each user's last targets not to see at all, as recsys evaluate leaves one out; default: 0", 0, MostLeftOut);

    public Option<FileInfo> Report { get; } = new("--report")
    {
        Description = "Also write everything as JSON: space, plan, shape of the data, each trial and rung, the difference to the preset with its interval.",
        HelpName = "FILE",
    };

    public Option<FileInfo> WriteSettings { get; } = new("--write-settings")
    {
        Description = "Also write the settings that come out, for --settings of session, recsys train and recsys evaluate.",
        HelpName = "FILE",
    };

    public ProcessOptions Process { get; } = new();

    public void AddTo(Command command)
    {
        Budget.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !TuningBudget.TryParse(result.Tokens[0].Value, out _))
                result.AddError($"--budget is {result.Tokens[0].Value}, expected a time up to a year with its unit, e.g. 90m, 1h30m, 45s, 2d");
        });
        foreach (var option in (Option[])
        [
            TrainingSet, State, Space, Budget, Trials, Epochs, Seed, Threads, ValidationUsers, LeaveOut, Report, WriteSettings, .. Process.All,
        ])
            command.Options.Add(option);
    }

    /// <summary>How long it may take; null: however long the plan does.</summary>
    public TimeSpan? Limit(ParseResult parsed) =>
        TuningBudget.TryParse(parsed.GetValue(Budget) ?? (parsed.GetValue(Trials) is null ? DefaultBudget : ""), out var limit) ? limit : null;
}
