using System.Reflection;
using Recsys.Content.Examples;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;
using Recsys.Training.Networks.Baselines;
using Recsys.Training.Progress;

namespace Recsys.Training.Networks;

/// <summary>From labelled examples to an artefact: fit, train, calibrate, measure, write.</summary>
/// <param name="spec">What is trained.</param>
/// <param name="threads">How many.</param>
/// <param name="progress">Hears of it.</param>
/// <param name="time">The clock.</param>
internal sealed class NetworkTraining(NetworkSpec spec, int threads, IProgress<TrainingProgress> progress, TimeProvider time)
{
    /// <summary>Trains and writes the folder, which appears whole or not at all.</summary>
    /// <param name="data">The examples.</param>
    /// <param name="folder">Where to; must not exist.</param>
    /// <param name="baselines">Whether the majority and a linear model are measured beside it.</param>
    /// <param name="cancellation">Ends it; then nothing is written.</param>
    /// <exception cref="TrainingException">The network is too large, or its loss is no longer a number.</exception>
    /// <exception cref="InvalidDataException">An example's value is wrong.</exception>
    public NetworkManifest Run(NetworkData data, string folder, bool baselines, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        Say("prepare", 0, $"{data.Train.Count:N0} examples to train on, {data.Validation.Count:N0} to validate, {data.Test.Count:N0} to test, {data.LeftOut:N0} left out");
        var fitted = PreprocessingFit.Fit(spec, TrainingPart.Of(data.Train), cancellation);
        var sizes = fitted.Sizes(spec, data.Target.Outputs());
        if (NetworkTensors.Problem(spec.Network, sizes) is { } problem)
            throw new TrainingException(problem);
        var (train, validation) = (Encode(data.Train, fitted, data.Target, cancellation), Encode(data.Validation, fitted, data.Target, cancellation));
        var weights = spec.Network.Tensors(sizes).Sum(tensor => tensor.Shape.Aggregate(1L, (product, size) => product * size));
        Say("train", 0, $"{spec.Network.Kind}, {weights:N0} weights, seed {spec.Network.Seed}, {threads} threads");
        var trained = new NetworkTrainer(spec, sizes, data.Target).Train(train, validation, new NetworkProgress(progress, time, spec.Network.Epochs), cancellation);

        var manifest = Manifest(data, trained, validation, started);
        Say("measure", 1, $"epoch {trained.Epoch} was the best: measuring it on the test part");
        var test = Encode(data.Test, fitted, data.Target, cancellation);
        manifest = manifest with { Reports = [Measured(manifest, fitted, trained, data.Test, test, cancellation)] };
        if (baselines)
        {
            Say("measure", 1, "measuring the most frequent and a linear model");
            var features = BaselineFeatures.Of(spec, data, fitted, [train, validation, test], threads, cancellation);
            manifest = manifest with { Reports = [.. manifest.Reports, .. BaselineReports.Of(spec, data.Target, features, [train, validation, test], cancellation)] };
        }

        cancellation.ThrowIfCancellationRequested();
        Say("write", 1, $"writing {folder}");
        manifest = manifest with { Created = time.GetUtcNow(), Warnings = [.. data.Warnings, .. NetworkWarnings.Of(manifest.Reports, train, spec.Network.Task)] };
        return NetworkArtefactWriter.Write(folder, manifest, fitted, trained.Tensors);
    }

    private EncodedExamples Encode(IReadOnlyList<LabelledExample> examples, FittedPreprocessing fitted, FittedTarget target, CancellationToken cancellation) =>
        EncodedExamples.Of(examples, spec, fitted, target, threads, cancellation);

    private NetworkManifest Manifest(NetworkData data, TrainedNetwork trained, EncodedExamples validation, long started)
    {
        var calibration = NetworkMeasure.Calibration(spec.Network.Task, trained.ValidationLogits, validation);
        var told = NetworkMeasure.Outputs(spec.Network.Task, data.Target, calibration, trained.ValidationLogits);
        return new NetworkManifest
        {
            Created = time.GetUtcNow(),
            CodeVersion = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
            Spec = spec,
            Target = data.Target,
            Calibration = calibration,
            Thresholds = spec.Network.Task == NetworkTask.Labels ? NetworkMeasure.Thresholds(told, validation) : [],
            Data = data.Summary,
            TrainingSeconds = Math.Round(time.GetElapsedTime(started).TotalSeconds, 3),
        };
    }

    /// <summary>Measured is what serves: the artefact as it's written, opened and asked by the code of the server.</summary>
    private NetworkReport Measured(
        NetworkManifest manifest, FittedPreprocessing fitted, TrainedNetwork trained, IReadOnlyList<LabelledExample> examples, EncodedExamples test, CancellationToken cancellation)
    {
        var scratch = Directory.CreateTempSubdirectory("recsys-train-");
        try
        {
            var folder = Path.Combine(scratch.FullName, "network");
            NetworkArtefactWriter.Write(folder, manifest, fitted, trained.Tensors);
            var told = NetworkMeasure.Predict(NetworkModel.Open(folder), examples, threads, cancellation);
            return NetworkMeasure.Report(NetworkReport.Network, spec.Network.Task, manifest.Target, told, test, manifest.Thresholds);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private void Say(string phase, double fraction, string message) =>
        progress.Report(new TrainingProgress { Phase = phase, Fraction = fraction, EpochCount = spec.Network.Epochs, Message = message });
}
