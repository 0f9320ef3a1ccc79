using Recsys.Content.Examples;
using Recsys.Content.Metrics;
using Recsys.Content.Networks;

namespace Recsys.Training.Networks;

/// <summary>Measures what is told of examples against what is true.</summary>
internal static class NetworkMeasure
{
    private const int AtATime = 256;

    /// <summary>Fewer true examples of a label than this to choose its own threshold by: then that of all labels together serves it.</summary>
    private const int LeastOfLabel = 20;

    /// <summary>What the serving code tells of examples: a probability an output, or the number.</summary>
    public static float[][] Predict(NetworkModel model, IReadOnlyList<LabelledExample> examples, int threads, CancellationToken cancellation)
    {
        var manifest = model.Artefact.Manifest;
        var places = manifest.Target.Labels.Select((label, place) => (label, place)).ToDictionary(entry => entry.label, entry => entry.place, StringComparer.Ordinal);
        var told = new float[examples.Count][];
        Parallel.For(0, (examples.Count + AtATime - 1) / AtATime, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, chunk =>
        {
            var first = chunk * AtATime;
            var predictions = model.Predict([.. examples.Skip(first).Take(AtATime).Select(example => new Example(example.Values))]);
            for (var i = 0; i < predictions.Length; i++)
            {
                told[first + i] = new float[Math.Max(1, places.Count)];
                if (places.Count == 0)
                    told[first + i][0] = (float)predictions[i].Number;
                foreach (var label in predictions[i].Labels)
                    told[first + i][places[label.Label]] = label.Probability;
            }
        });
        return told;
    }

    /// <summary>The report of probabilities, or of numbers in their unit.</summary>
    /// <param name="model">What told them.</param>
    /// <param name="task">Which of the reports.</param>
    /// <param name="target">The outputs.</param>
    /// <param name="told">A value an output.</param>
    /// <param name="truth">As many examples.</param>
    /// <param name="thresholds">Of labels.</param>
    public static NetworkReport Report(string model, NetworkTask task, FittedTarget target, float[][] told, EncodedExamples truth, IReadOnlyList<double> thresholds)
    {
        var report = new NetworkReport { Model = model, Part = ExamplePart.Test };
        return task switch
        {
            NetworkTask.Classes => report with { Classes = ClassificationReport.Of(target.Labels, told, truth.Classes) },
            NetworkTask.Labels => report with { Labels = LabelsReport.Of(target.Labels, told, truth.Labels, thresholds) },
            _ => report with { Number = NumberReport.Of([.. told.Select(values => (double)values[0])], truth.Numbers) },
        };
    }

    /// <summary>What makes logits the odds they speak of, by the validation part.</summary>
    public static NetworkCalibration Calibration(NetworkTask task, IReadOnlyList<float[]> logits, EncodedExamples validation) => task switch
    {
        NetworkTask.Classes => CalibrationFit.Temperature(logits, validation.Classes),
        NetworkTask.Labels => CalibrationFit.Platt(logits, validation.Labels),
        _ => NetworkCalibration.None,
    };

    /// <summary>From which probability on each label is told: where F1 is best on the validation part.</summary>
    public static double[] Thresholds(float[][] probabilities, EncodedExamples validation)
    {
        var all = ThresholdMetrics.BestF1Threshold([.. probabilities.SelectMany(values => values)], [.. validation.Labels.SelectMany(values => values)]);
        return [.. Enumerable.Range(0, probabilities[0].Length).Select(label =>
        {
            bool[] isTrue = [.. validation.Labels.Select(values => values[label])];
            return isTrue.Count(value => value) < LeastOfLabel ? all : ThresholdMetrics.BestF1Threshold([.. probabilities.Select(values => values[label])], isTrue);
        })];
    }

    /// <summary>Logits as probabilities, or as numbers in their unit.</summary>
    public static float[][] Outputs(NetworkTask task, FittedTarget target, NetworkCalibration calibration, IReadOnlyList<float[]> logits) => [.. logits.Select(values =>
    {
        if (task == NetworkTask.Number)
            return [(float)NetworkOutputs.Number(target, values[0])];
        var copy = values.ToArray();
        NetworkOutputs.Probabilities(task, calibration, copy);
        return copy;
    })];
}
