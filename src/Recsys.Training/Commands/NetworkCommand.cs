using System.CommandLine;
using Recsys.Content.Examples;
using Recsys.Content.Networks;
using Recsys.Training.Networks;
using Recsys.Training.Progress;
using Recsys.Training.Runtime;

namespace Recsys.Training.Commands;

/// <summary><c>recsys-train network</c>: labelled examples in, artefact out.</summary>
internal sealed class NetworkCommand(TimeProvider time, TextWriter output, TextWriter errors)
{
    private readonly NetworkOptions _options = new();

    public Command Create()
    {
        var command = new Command("network", "Trains a dense, convolutional, recurrent or text network on labelled examples.");
        _options.AddTo(command);
        command.SetAction((parsed, _) => _options.Process.RunAsync(parsed, errors, cancellation => TrainAsync(parsed, cancellation), () => "nothing was written"));
        return command;
    }

    // On the thread that has just stepped back behind others, so that all those that it starts do as well.
    private Task TrainAsync(ParseResult parsed, CancellationToken cancellation)
    {
        try
        {
            TrainOrCheck(parsed, cancellation);
            return Task.CompletedTask;
        }
        catch (InvalidDataException e)
        {
            throw new TrainingException(e.Message.ReplaceLineEndings(" ").TrimEnd('.'));
        }
    }

    private void TrainOrCheck(ParseResult parsed, CancellationToken cancellation)
    {
        var progress = _options.Process.ProgressTo(output, parsed);
        var target = parsed.GetRequiredValue(_options.Output).FullName;
        if (Path.Exists(target))
            throw new TrainingException($"{target} exists already: an artefact is never written over");
        var spec = NetworkSpecFile.Read(parsed.GetRequiredValue(_options.Spec));
        var threads = parsed.GetValue(_options.Threads) ?? Environment.ProcessorCount;
        LibTorch.Load();
        LibTorch.UseThreads(threads);

        var examples = parsed.GetRequiredValue(_options.Examples);
        progress.Report(new TrainingProgress { Phase = "read", EpochCount = spec.Network.Epochs, Message = $"reading {examples}" });
        var data = NetworkData.Of([.. ExampleReader.Read(examples, parsed.GetValue(_options.Format), spec, cancellation: cancellation)], spec);
        if (parsed.GetValue(_options.Check))
        {
            foreach (var warning in data.Warnings)
                errors.WriteLine($"recsys-train: {warning}");
            return;
        }

        var manifest = new NetworkTraining(spec, threads, progress, time).Run(data, target, parsed.GetValue(_options.Baselines), cancellation);
        foreach (var warning in manifest.Warnings)
            errors.WriteLine($"recsys-train: {warning}");
        if (parsed.GetValue(_options.Process.Progress) == ProgressFormat.Text)
            output.WriteLine(NetworkTable.Of(manifest.Reports));
        progress.Report(new TrainingProgress
        {
            Phase = "done",
            EpochCount = spec.Network.Epochs,
            Fraction = 1,
            RemainingSeconds = 0,
            Message = FormattableString.Invariant($"wrote {target}: {manifest.TrainingSeconds:F0} s to train; {Headline(manifest.Reports[0])}"),
        });
    }

    private static string Headline(NetworkReport report) => report switch
    {
        { Classes: { } classes } => FormattableString.Invariant($"test accuracy {classes.Accuracy:F4}, macro F1 {classes.MacroF1:F4}"),
        { Labels: { } labels } => FormattableString.Invariant($"test micro F1 {labels.MicroF1:F4}, macro F1 {labels.MacroF1:F4}"),
        _ => FormattableString.Invariant($"test RMSE {report.Number!.Rmse:G4}"),
    };
}
