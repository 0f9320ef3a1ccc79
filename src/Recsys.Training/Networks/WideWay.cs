using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;
using Recsys.Training.Networks.Baselines;
using static TorchSharp.torch;

namespace Recsys.Training.Networks;

/// <summary>
/// Gives a text network its wide way: the best linear model of the words, added to the LSTM's logits in the shares that are best on the validation part. Trained together from nothing (Cheng et al.
/// 2016) both learn a small training part by heart before either has learned what it can: on 6,000 descriptions that was worse than the words alone.
/// </summary>
/// <param name="spec">The task.</param>
/// <param name="sizes">Of the tensors.</param>
/// <param name="target">The outputs.</param>
internal sealed class WideWay(NetworkSpec spec, NetworkSizes sizes, FittedTarget target)
{
    /// <summary>A share is a tenth of so many.</summary>
    private const int MostTenths = 12;

    /// <summary>Fits the words, and writes the joined weights into the graph.</summary>
    /// <param name="graph">Of which the LSTM is trained.</param>
    /// <param name="train">What the words' weights come from.</param>
    /// <param name="validation">What says how strong both are.</param>
    /// <param name="deep">The logits of the validation part without the wide way.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The validation losses of the words alone, the LSTM alone, and both.</returns>
    public (double Words, double Lstm, double Both) Join(
        NetworkGraph graph, EncodedExamples train, EncodedExamples validation, IReadOnlyList<float[]> deep, CancellationToken cancellation)
    {
        var (trainWords, words) = (Words(train), Words(validation));
        var linear = LinearSearch.Best(spec.Network.Task, target, sizes.Features, (trainWords, train), (words, validation), cancellation);
        var batch = new NetworkBatches(spec.Network, sizes, target).Of(validation, [.. Enumerable.Range(0, validation.Count)]);
        var ofWords = linear.Logits(words);
        var best = (Loss: double.PositiveInfinity, Words: 0, Lstm: 0);
        for (var i = 0; i <= MostTenths; i++)
        {
            for (var j = 0; j <= MostTenths; j++)
            {
                cancellation.ThrowIfCancellationRequested();
                var loss = Loss(i / 10.0, j / 10.0);
                if (loss < best.Loss)
                    best = (loss, i, j);
            }
        }
        Write(graph, linear, best.Words / 10f, best.Lstm / 10f);
        return (Loss(1, 0), Loss(0, 1), best.Loss);

        double Loss(double wordShare, double lstmShare)
        {
            using var scope = NewDisposeScope();
            var logits = ofWords.Zip(deep, (a, b) => a.Zip(b, (x, y) => (float)((wordShare * x) + (lstmShare * y)))).SelectMany(values => values);
            return NetworkLosses.Value(NetworkLosses.Of(spec.Network, tensor([.. logits], deep.Count, target.Outputs()), batch));
        }
    }

    private static SparseVector[] Words(EncodedExamples examples) => [.. Enumerable.Range(0, examples.Count).Select(i => examples[i].Features)];

    private static void Write(NetworkGraph graph, LinearModel linear, float wordShare, float lstmShare)
    {
        foreach (var parameter in graph.Parameters)
        {
            var values = parameter.ToArtefact();
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = parameter.Name switch
                {
                    NetworkTensors.Wide => wordShare * linear.Weight(i / parameter.Shape[1], i % parameter.Shape[1]),
                    NetworkTensors.Output + ".weight" => lstmShare * values[i],
                    NetworkTensors.Output + ".bias" => (lstmShare * values[i]) + (wordShare * linear.Intercept(i)),
                    _ => values[i],
                };
            }
            parameter.FromArtefact(values);
        }
    }
}
