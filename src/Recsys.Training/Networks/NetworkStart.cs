using Recsys.Content.Networks;

namespace Recsys.Training.Networks;

/// <summary>The first values of a network's weights.</summary>
internal static class NetworkStart
{
    private const int Stream = 101;
    private const float EmbeddingDeviation = 0.1f;

    /// <summary>
    /// Sets them: before a ReLU by He et al. 2015, of LSTMs by their size with forget gates open (Jozefowicz et al. 2015), the wide way 0, and the
    /// output's biases such that the untrained network tells
    /// how frequent classes and labels are.
    /// </summary>
    public static void Set(NetworkGraph graph, NetworkSettings settings, float[] outputBias)
    {
        var random = SeededRandom.Create(settings.Seed, Stream);
        foreach (var parameter in graph.Parameters)
        {
            var values = new float[parameter.Shape.Aggregate(1, (product, size) => product * size)];
            if (parameter.Name == NetworkTensors.Output + ".bias")
                outputBias.CopyTo(values, 0);
            else if (parameter.Name.StartsWith("lstm", StringComparison.Ordinal))
                SetLstm(parameter, values, settings.LstmSize, random);
            else if (parameter.Name != NetworkTensors.Wide && parameter.Shape.Count > 1)
                SetNormal(values, DeviationOf(parameter), random);
            parameter.FromArtefact(values);
        }
    }

    private static float DeviationOf(NetworkParameter parameter)
    {
        if (parameter.Name == NetworkTensors.Embedding)
            return EmbeddingDeviation;
        var inputs = parameter.Shape.Skip(1).Aggregate(1, (product, size) => product * size);
        return MathF.Sqrt((parameter.Name == NetworkTensors.Output + ".weight" ? 1f : 2f) / inputs);
    }

    private static void SetNormal(float[] values, float deviation, Random random)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = deviation * random.NextNormal();
    }

    private static void SetLstm(NetworkParameter parameter, float[] values, int size, Random random)
    {
        if (parameter.Shape.Count == 1)
        {
            // Gates i, f, g, o.
            values.AsSpan(size, size).Fill(1);
            return;
        }
        var range = 1 / MathF.Sqrt(size);
        for (var i = 0; i < values.Length; i++)
            values[i] = range * ((2 * random.NextSingle()) - 1);
    }
}
