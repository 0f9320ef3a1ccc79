using Recsys.Content.Examples;
using Recsys.Content.Networks;
using Recsys.Training.Networks;
using Recsys.Training.Progress;
using Recsys.Training.Runtime;

namespace Recsys.TrainingTests.Networks;

/// <summary>A training as the command runs it, on one thread.</summary>
internal static class NetworkRun
{
    public static NetworkManifest Of(NetworkSpec spec, IReadOnlyList<LabelledExample> examples, string folder, bool baselines = false)
    {
        LibTorch.Load();
        LibTorch.UseThreads(1);
        return new NetworkTraining(spec, 1, new Progress<TrainingProgress>(), TimeProvider.System).Run(NetworkData.Of(examples, spec), folder, baselines, CancellationToken.None);
    }
}
