using Recsys.Inference.Ranker;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Recsys.Training.Ranker;

/// <summary>
/// Fits a ranker to held-out targets: softmax over each case's candidates, so that the target comes above what was proposed beside it. It begins as the session source's own order; what it learns is what the
/// other sources add to that. Sources are dropped at random, so that it still ranks where one is switched off, and a source's straight way to the logit never counts against what it proposes.
/// </summary>
internal static class RankerTrainer
{
    private const int F = RankerTable.FeatureCount;
    private const int HiddenUnits = 32, MiddleUnits = 16;
    private const int CasesAtATime = 32;
    private const double Rate = 5e-3, WeightDecay = 1e-2, SourceDropout = 0.1;

    /// <summary>Steps in all, more or less: few cases are seen more often.</summary>
    private const int WantedSteps = 1_500, LeastEpochs = 8, MostEpochs = 40;

    /// <summary>Beyond the candidates of a case.</summary>
    private const float Nothing = -1e9f;

    /// <summary>Fits.</summary>
    /// <param name="cases">Held-out targets; those that no source proposed are passed over.</param>
    /// <param name="deep">Hidden layers beside the straight way.</param>
    /// <param name="seed">Of the first weights and of the order.</param>
    /// <param name="cancellation">Ends it.</param>
    public static RankerWeights Fit(IReadOnlyList<RankerCase> cases, bool deep, long seed, CancellationToken cancellation)
    {
        var (mean, scale) = Moments(cases);
        RankerCase[] learned = [.. cases.Where(one => one.Target >= 0)];
        using var scope = NewDisposeScope();
        var random = SeededRandom.Create(seed, stream: 11);
        var start = new float[F];
        if (scale[0] > 0)
            start[0] = 1 / scale[0];
        var linear = Parameter(start, F);
        Parameter[] layers =
        [
            Parameter(Normal(random, HiddenUnits * F, F), HiddenUnits, F), Parameter(new float[HiddenUnits], HiddenUnits),
            Parameter(Normal(random, MiddleUnits * HiddenUnits, HiddenUnits), MiddleUnits, HiddenUnits), Parameter(new float[MiddleUnits], MiddleUnits),
            Parameter(new float[MiddleUnits], MiddleUnits),
        ];
        using var optimizer = optim.AdamW(deep ? [linear, .. layers] : [linear], lr: Rate, weight_decay: 0);
        var batches = (learned.Length + CasesAtATime - 1) / CasesAtATime;
        var epochs = batches == 0 ? 0 : Math.Clamp(WantedSteps / batches, LeastEpochs, MostEpochs);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            random.Shuffle(learned);
            for (var batch = 0; batch < batches; batch++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var step = NewDisposeScope();
                var done = (epoch + ((batch + 0.5) / batches)) / epochs;
                foreach (var group in optimizer.ParamGroups)
                    group.LearningRate = Rate * 0.5 * (1 + Math.Cos(Math.PI * done));
                Learn(learned.AsSpan(batch * CasesAtATime, Math.Min(CasesAtATime, learned.Length - (batch * CasesAtATime))), mean, scale, random, linear, deep ? layers : [], optimizer);
            }
        }
        return new RankerWeights(mean, scale, Values(linear), Values(layers[0]), Values(layers[1]), Values(layers[2]), Values(layers[3]), Values(layers[4]));
    }

    private static void Learn(
        ReadOnlySpan<RankerCase> cases, float[] mean, float[] scale, Random random, Parameter linear, Parameter[] layers, optim.Optimizer optimizer)
    {
        var most = 0;
        foreach (var one in cases)
            most = Math.Max(most, one.Count);
        var (inputs, beyond, targets) = (new float[cases.Length * most * F], new float[cases.Length * most], new long[cases.Length]);
        Span<bool> dropped = stackalloc bool[F];
        for (var c = 0; c < cases.Length; c++)
        {
            Drop(random, dropped);
            for (var feature = 0; feature < F; feature++)
            {
                if (dropped[feature])
                    continue;
                for (var i = 0; i < cases[c].Count; i++)
                    inputs[(((c * most) + i) * F) + feature] = (cases[c].Features[(feature * cases[c].Count) + i] - mean[feature]) * scale[feature];
            }
            beyond.AsSpan((c * most) + cases[c].Count, most - cases[c].Count).Fill(Nothing);
            targets[c] = cases[c].Target;
        }
        var x = tensor(inputs, [cases.Length, most, F]);
        var logits = x.matmul(linear) + tensor(beyond, [cases.Length, most]);
        if (layers.Length > 0)
        {
            var first = nn.functional.relu(nn.functional.linear(x, layers[0], layers[1]));
            logits += nn.functional.relu(nn.functional.linear(first, layers[2], layers[3])).matmul(layers[4]);
        }
        var loss = nn.functional.cross_entropy(logits, tensor(targets));
        foreach (var layer in layers)
            loss += WeightDecay * layer.square().sum() / F;
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        using var _ = no_grad();
        // Of a source: its score and its rank.
        linear[..(2 * SourceScores.Count)].clamp_(min: 0);
    }

    /// <summary>Which features aren't seen this time: both of a source that is dropped.</summary>
    private static void Drop(Random random, Span<bool> dropped)
    {
        dropped.Clear();
        for (var source = 0; source < SourceScores.Count; source++)
            dropped[source] = dropped[(int)RankerFeature.SessionRank + source] = random.NextDouble() < SourceDropout;
    }

    /// <summary>Mean and inverse standard deviation of each feature over all candidates; 0 where it never varies.</summary>
    private static (float[] Mean, float[] Scale) Moments(IReadOnlyList<RankerCase> cases)
    {
        var (mean, scale) = (new float[F], new float[F]);
        for (var feature = 0; feature < F; feature++)
        {
            double sum = 0, squares = 0, count = 0;
            foreach (var one in cases)
            {
                foreach (var value in one.Features.AsSpan(feature * one.Count, one.Count))
                    (sum, squares) = (sum + value, squares + ((double)value * value));
                count += one.Count;
            }
            if (count == 0)
                continue;
            var average = sum / count;
            var variance = (squares / count) - (average * average);
            (mean[feature], scale[feature]) = ((float)average, variance > 1e-9 * Math.Max(1, average * average) ? (float)(1 / Math.Sqrt(variance)) : 0);
        }
        return (mean, scale);
    }

    private static Parameter Parameter(float[] values, params long[] shape) => new(tensor(values, shape));

    private static float[] Values(Parameter parameter) => parameter.detach().data<float>().ToArray();

    private static float[] Normal(Random random, int count, int inputs)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = random.NextNormal() / MathF.Sqrt(inputs);
        return values;
    }
}
