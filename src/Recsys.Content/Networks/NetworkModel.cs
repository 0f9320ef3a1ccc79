using Recsys.Content.Examples;
using Recsys.Content.Preprocessing;

namespace Recsys.Content.Networks;

/// <summary>A network that answers: its preprocessing, its weights, its calibration. Immutable, thread-safe; needs no libtorch.</summary>
public sealed class NetworkModel
{
    private readonly Preprocessor _preprocessor;
    private readonly NetworkForward _network;

    /// <summary>Prepares an opened artefact for use.</summary>
    public NetworkModel(NetworkArtefact artefact)
    {
        Artefact = artefact;
        _preprocessor = new(artefact.Manifest.Spec, artefact.Preprocessing);
        _network = new(artefact.Manifest.Spec.Network, artefact.Sizes, artefact.Tensor);
    }

    /// <summary>What it was made from.</summary>
    public NetworkArtefact Artefact { get; }

    /// <summary>Opens an artefact after checking all of it, and prepares it for use.</summary>
    /// <exception cref="InvalidDataException">A check failed; the message says what was found and what was expected.</exception>
    public static NetworkModel Open(string folder) => new(NetworkArtefact.Open(folder));

    /// <summary>What is wrong with an example ("cover is missing, expected an image"), or null. Of an image only the header is read.</summary>
    public string? ExampleProblem(Example example) => _preprocessor.Problem(example.Values);

    /// <summary>What the network tells of each example; the same whichever others are beside it.</summary>
    /// <exception cref="InvalidDataException">An example has a problem, or its image is cut short; the message says which ("examples[3]: ...").</exception>
    public Prediction[] Predict(IReadOnlyList<Example> examples)
    {
        var predictions = new Prediction[examples.Count];
        for (var i = 0; i < predictions.Length; i++)
        {
            try
            {
                predictions[i] = Predict(_preprocessor.Encode(examples[i].Values));
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException($"examples[{i}]: {e.Message}", e);
            }
        }

        return predictions;
    }

    private Prediction Predict(NetworkInput input)
    {
        var manifest = Artefact.Manifest;
        var outputs = _network.Logits(input);
        var task = manifest.Spec.Network.Task;
        if (task == NetworkTask.Number) return new() { Labels = [], Number = NetworkOutputs.Number(manifest.Target, outputs[0]) };
        NetworkOutputs.Probabilities(task, manifest.Calibration, outputs);
        int[] order = [.. Enumerable.Range(0, outputs.Length)];
        // Labels are in ordinal order already, and OrderBy keeps it among equals.
        order = [.. order.OrderByDescending(k => outputs[k])];
        var labels = new LabelProbability[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            var k = order[i];
            var isTold = task == NetworkTask.Classes ? i == 0 : outputs[k] >= (manifest.Thresholds.Count > 0 ? manifest.Thresholds[k] : 0.5);
            labels[i] = new(manifest.Target.Labels[k], outputs[k], isTold);
        }

        return new() { Labels = labels };
    }
}
