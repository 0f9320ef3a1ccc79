using System.CommandLine;
using Recsys.Training.Progress;
using Recsys.Training.Runtime;
using Recsys.Training.Session;
using Recsys.Training.Tuning;
using Recsys.Training.Windows;

namespace Recsys.Training.Commands;

/// <summary><c>recsys-train tune</c>: training set in, settings out.</summary>
internal sealed class TuneCommand(TimeProvider time, TextWriter output, TextWriter errors)
{
    /// <summary>The report in the state folder.</summary>
    public const string ReportFile = "report.json";

    /// <summary>The settings that came out, in the state folder.</summary>
    public const string SettingsFileName = "settings.json";

    /// <summary>The table in the state folder.</summary>
    public const string TableFile = "outcome.txt";

    private const string Description = """
        Finds out which settings of the network suit the data: successive halving over a space of settings, compared on held-out interactions. The network alone is tuned,
        without the rules beside it. The preset for the data's shape takes part, and comes out unless another is better beyond chance.
        """;

    private readonly TuneOptions _options = new();

    public Command Create()
    {
        var command = new Command("tune", Description);
        _options.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult parsed, CancellationToken _) => _options.Process.RunAsync(
        parsed, errors, cancellation => TuneAsync(parsed, cancellation), () => $"the same command goes on from {parsed.GetRequiredValue(_options.State).FullName}");

    private async Task TuneAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var progress = _options.Process.ProgressTo(output, parsed);
        var budget = new TuningBudget(_options.Limit(parsed), time);
        foreach (var file in new[] { parsed.GetValue(_options.Report), parsed.GetValue(_options.WriteSettings) })
            if (file is { Directory.Exists: false })
                throw new TrainingException($"there is no folder {file.DirectoryName} to write {file.Name} in");
        LibTorch.Load();

        var folder = parsed.GetRequiredValue(_options.TrainingSet).FullName;
        var leaveOut = parsed.GetValue(_options.LeaveOut) ?? 0;
        progress.Report(new TrainingProgress { Phase = "read", Message = $"reading {folder}" });
        var log = LeaveOut.Apply(await TrainingSetLog.ReadAsync(folder, cancellation), leaveOut);
        var shape = DataShape.Of(log);
        DataRequirements.Check(shape);
        var request = Request(parsed, shape);
        progress.Report(new TrainingProgress
        {
            Phase = "tune",
            Message = FormattableString.Invariant($"{shape.Users:N0} users, {shape.Items:N0} items, {shape.Interactions:N0} interactions ({shape.Targets:N0} to predict, ")
                + FormattableString.Invariant($"{shape.RepeatShare:P1} repeats){(leaveOut == 0 ? "" : $" without each user's last {leaveOut}")}; ")
                + $"{request.Space.Dimensions.Count} settings to tune, {request.Preset.Threads} threads, seed {request.Seed}",
        });
        using var state = TuningState.Open(parsed.GetRequiredValue(_options.State).FullName);
        var outcome = new Tuner(log, request, state, budget, progress, time, errors).Run(cancellation);
        Write(parsed, outcome, leaveOut, progress);
    }

    private TuningRequest Request(ParseResult parsed, DataShape shape)
    {
        var bfloat16 = _options.Process.BFloat16(parsed);
        var preset = SessionPreset.Choose(shape) with { BFloat16 = bfloat16, Seed = parsed.GetValue(_options.Seed) };
        var epochs = parsed.GetValue(_options.Epochs) ?? preset.Epochs;
        preset = preset with { Epochs = epochs, ValidateEvery = Math.Max(1, epochs / 10), Threads = parsed.GetValue(_options.Threads) ?? preset.Threads };
        return new TuningRequest
        {
            Shape = shape,
            Preset = preset,
            Space = parsed.GetValue(_options.Space) is { } file ? SpaceFile.Read(file.FullName, preset) : SearchSpace.Default(shape, preset),
            Trials = parsed.GetValue(_options.Trials),
            ValidationUsers = parsed.GetValue(_options.ValidationUsers),
            Seed = preset.Seed,
        };
    }

    private void Write(ParseResult parsed, TuningOutcome outcome, int leaveOut, IProgress<TrainingProgress> progress)
    {
        var state = parsed.GetRequiredValue(_options.State).FullName;
        var report = TuningReport.Write(outcome, leaveOut, time.GetUtcNow());
        var settings = TunedSettings.File(outcome.Verdict.Chosen.Settings);
        var table = TuningTable.Write(outcome);
        File.WriteAllText(Path.Combine(state, ReportFile), report);
        File.WriteAllText(Path.Combine(state, SettingsFileName), settings);
        File.WriteAllText(Path.Combine(state, TableFile), table);
        if (parsed.GetValue(_options.Report) is { } reportFile)
            File.WriteAllText(reportFile.FullName, report);
        if (parsed.GetValue(_options.WriteSettings) is { } settingsFile)
            File.WriteAllText(settingsFile.FullName, settings);
        progress.Report(new TrainingProgress
        {
            Phase = "done",
            Fraction = 1,
            RemainingSeconds = 0,
            Message = $"{outcome.Trainings.Count} trainings of {outcome.Ranked.Count} trials in {TuningBudget.Text(outcome.Seconds)}; "
                + $"settings in {parsed.GetValue(_options.WriteSettings)?.FullName ?? Path.Combine(state, SettingsFileName)}",
        });
        if (parsed.GetValue(_options.Process.Progress) == ProgressFormat.Text)
            output.Write($"\n{table}");
    }
}
