using Recsys.Inference.Ranker;

namespace Recsys.Training.Ranker;

/// <summary>
/// Fits a ranker to held-out targets: softmax over each case's candidates, so that the target comes above what was proposed beside it. It begins as the session source's own order; what it
/// learns is what the other sources add to that. Sources are dropped at random, so that it still ranks where one is switched off, and a source's straight way to the logit never counts
/// against what it proposes. Equal cases and seeds give equal weights, whatever the number of threads.
/// </summary>
internal static class RankerTrainer
{
    private const int CasesAtATime = 32;
    private const float Rate = 1e-2f, SourceDropout = 0.1f;

    /// <summary>Steps in all, more or less: few cases are seen more often, but not so often that they're learned by heart.</summary>
    private const int WantedSteps = 600, LeastEpochs = 4, MostEpochs = 20;

    /// <summary>How strongly what few cases say is held near to what is known before: those that are worth trying. Layers take ten times as long, and are tried with one.</summary>
    /// <param name="deep">Hidden layers beside the straight way.</param>
    public static IReadOnlyList<float> Decays(bool deep) => deep ? [1e-2f] : [1e-1f, 1e-2f, 1e-3f];

    /// <summary>Fits.</summary>
    /// <param name="cases">Held-out targets; those that no source proposed are passed over.</param>
    /// <param name="deep">Hidden layers beside the straight way.</param>
    /// <param name="decay">One of <see cref="Decays"/>, say.</param>
    /// <param name="seed">Of the first weights and of the order.</param>
    /// <param name="cancellation">Ends it.</param>
    public static RankerWeights Fit(IReadOnlyList<RankerCase> cases, bool deep, float decay, long seed, CancellationToken cancellation)
    {
        var (mean, scale) = Moments(cases);
        RankerCase[] learned = [.. cases.Where(one => one.Target >= 0)];
        var random = SeededRandom.Create(seed, stream: 11);
        var parameters = new RankerParameters(deep, scale[0] > 0 ? 1 / scale[0] : 0, random);
        var optimizer = new RankerAdam(parameters.Values.Length);
        var passes = Array.ConvertAll(new int[CasesAtATime], _ => new RankerPass(deep));
        var batches = (learned.Length + CasesAtATime - 1) / CasesAtATime;
        var epochs = batches == 0 ? 0 : Math.Clamp(WantedSteps / batches, LeastEpochs, MostEpochs);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            random.Shuffle(learned);
            for (var batch = 0; batch < batches; batch++)
            {
                cancellation.ThrowIfCancellationRequested();
                var (first, count) = (batch * CasesAtATime, Math.Min(CasesAtATime, learned.Length - (batch * CasesAtATime)));
                for (var i = 0; i < count; i++)
                    passes[i].Drop(random, SourceDropout);
                Parallel.For(0, count, i => passes[i].Run(learned[first + i], mean, scale, parameters.Values));
                var gradient = optimizer.Gradient;
                Array.Clear(gradient);
                for (var i = 0; i < count; i++)
                    for (var k = 0; k < gradient.Length; k++)
                        gradient[k] += passes[i].Gradient[k] / count;
                parameters.AddDecay(gradient, decay);
                var done = (epoch + ((batch + 0.5f) / batches)) / epochs;
                optimizer.Step(parameters.Values, Rate * 0.5f * (1 + MathF.Cos(MathF.PI * done)));
                parameters.KeepSourcesPositive();
            }
        }
        return parameters.ToWeights(mean, scale);
    }

    /// <summary>Mean and inverse standard deviation of each feature over all candidates; 0 where it never varies.</summary>
    private static (float[] Mean, float[] Scale) Moments(IReadOnlyList<RankerCase> cases)
    {
        const int f = RankerTable.FeatureCount;
        var (mean, scale) = (new float[f], new float[f]);
        for (var feature = 0; feature < f; feature++)
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
}
