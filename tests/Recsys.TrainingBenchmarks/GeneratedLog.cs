using Recsys.Inference;
using Recsys.Training.Windows;

namespace Recsys.TrainingBenchmarks;

/// <summary>A log of ML-1M's shape: lengths log-normal about a median of 96 with a mean of 165, items by Zipf's law, each play at full strength.</summary>
internal static class GeneratedLog
{
    private const int Items = 3416;
    private const int LeastLength = 18, MostLength = 2277;
    private const double Median = 96, Mean = 165;

    public static InteractionLog Create(int users)
    {
        var random = new Random(1);
        var deviation = Math.Sqrt(2 * Math.Log(Mean / Median));
        var reach = new double[Items];
        for (var i = 0; i < Items; i++)
            reach[i] = (i == 0 ? 0 : reach[i - 1]) + (1.0 / (i + 20));
        var builder = new InteractionLogBuilder();
        for (var user = 0; user < users; user++)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var length = (int)Math.Clamp(Median * Math.Exp(deviation * normal), LeastLength, MostLength);
            for (var i = 0; i < length; i++)
            {
                var place = Array.BinarySearch(reach, random.NextDouble() * reach[^1]);
                builder.Add(user, (uint)(place < 0 ? ~place : place), InteractionKind.Play, 250, 60_000L * i);
            }
        }
        return builder.Build();
    }
}
