using Recsys.Content.Networks;
using static TorchSharp.torch;

namespace Recsys.Training.Networks;

/// <summary>Trains a network until the validation part gets no better, and keeps the weights of the pass that was best there.</summary>
/// <param name="spec">The task, the sizes, how it's trained.</param>
/// <param name="sizes">Of the tensors.</param>
/// <param name="target">The outputs.</param>
internal sealed class NetworkTrainer(NetworkSpec spec, NetworkSizes sizes, FittedTarget target)
{
    private const int OrderStream = 102, DropoutStream = 103;

    private readonly NetworkSettings _settings = spec.Network;
    private readonly NetworkBatches _batches = new(spec.Network, sizes, target);

    /// <summary>Trains. The same examples, settings, seed and number of threads give the same weights, bit by bit.</summary>
    /// <param name="train">What weights come from.</param>
    /// <param name="validation">What says when to stop; at least one.</param>
    /// <param name="progress">Hears of passes.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="TrainingException">The loss is no longer a number.</exception>
    public TrainedNetwork Train(EncodedExamples train, EncodedExamples validation, NetworkProgress progress, CancellationToken cancellation)
    {
        using var graph = new NetworkGraph(_settings, sizes);
        NetworkStart.Set(graph, _settings, OutputBias(train));
        var optimizer = new NetworkOptimizer(_settings, graph);
        var (best, bestEpoch) = (graph.ToTensors(), 0);
        var losses = new List<double> { Measure(graph, validation, cancellation).Loss };
        for (var epoch = 1; epoch <= _settings.Epochs && epoch - bestEpoch <= _settings.Patience; epoch++)
        {
            progress.StartEpoch(epoch);
            Pass(graph, optimizer, train, epoch, progress, cancellation);
            var (loss, _) = Measure(graph, validation, cancellation);
            if (!double.IsFinite(loss))
                throw Diverged(epoch);
            var isBest = loss < losses[bestEpoch];
            losses.Add(loss);
            if (isBest)
                (best, bestEpoch) = (graph.ToTensors(), epoch);
            progress.Validated(loss, isBest);
        }
        foreach (var (parameter, tensor) in graph.Parameters.Zip(best))
            parameter.FromArtefact(tensor.Values.Span);
        if (_settings is { Kind: NetworkKind.Text, Wide: true })
            progress.Joined(new WideWay(spec, sizes, target).Join(graph, train, validation, Measure(graph, validation, cancellation).Logits, cancellation));
        return new TrainedNetwork(graph.ToTensors(), bestEpoch, losses, Measure(graph, validation, cancellation, wide: true).Logits);
    }

    private TrainingException Diverged(int epoch) =>
        new(FormattableString.Invariant($"epoch {epoch}: the loss is no longer a number. Try a network.learning_rate below {_settings.LearningRate}"));

    private void Pass(NetworkGraph graph, NetworkOptimizer optimizer, EncodedExamples train, int epoch, NetworkProgress progress, CancellationToken cancellation)
    {
        var batches = _batches.Shuffled(train, SeededRandom.Create(_settings.Seed, OrderStream, epoch));
        var dropout = _settings.Dropout > 0 ? new DropoutSource(_settings.Dropout, SeededRandom.Create(_settings.Seed, DropoutStream, epoch)) : null;
        for (var i = 0; i < batches.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var batch = _batches.Of(train, batches[i]);
            var loss = NetworkLosses.Of(_settings, graph.Forward(batch, dropout, wide: false), batch);
            var value = NetworkLosses.Value(loss);
            if (!float.IsFinite(value))
                throw Diverged(epoch);
            loss.backward();
            // The moments of the first steps are those of few examples: a step by them is a short one.
            optimizer.Step(epoch == 1 ? Math.Min(1, (i + 1) / Math.Min(100.0, batches.Count)) : 1);
            progress.Stepped(value, batch.Rows, (i + 1.0) / batches.Count);
        }
    }

    private (double Loss, float[][] Logits) Measure(NetworkGraph graph, EncodedExamples examples, CancellationToken cancellation, bool wide = false)
    {
        var (sum, logits, outputs) = (0.0, new float[examples.Count][], target.Outputs());
        foreach (var chosen in _batches.Sorted(examples))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var batch = _batches.Of(examples, chosen);
            var told = graph.Forward(batch, dropout: null, wide);
            sum += NetworkLosses.Value(NetworkLosses.Of(_settings, told, batch)) * batch.Rows;
            var values = told.detach().data<float>().ToArray();
            for (var row = 0; row < chosen.Length; row++)
                logits[chosen[row]] = values.AsSpan(row * outputs, outputs).ToArray();
        }
        return (sum / examples.Count, logits);
    }

    private float[] OutputBias(EncodedExamples train)
    {
        var bias = new float[target.Outputs()];
        if (_settings.Task == NetworkTask.Number)
            return bias;
        for (var k = 0; k < bias.Length; k++)
        {
            var label = k;
            var count = _settings.Task == NetworkTask.Classes ? train.Classes.Count(its => its == label) : train.Labels.Count(labels => labels[label]);
            var rate = (count + 0.5) / (train.Count + 1);
            bias[k] = (float)(_settings.Task == NetworkTask.Classes ? Math.Log(rate) : Math.Log(rate / (1 - rate)));
        }
        return bias;
    }
}
