using System.Runtime.CompilerServices;
using Recsys.Training.Runtime;

// libtorch's number of threads and the count of live tensors belong to the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Recsys.TrainingTests;

internal static class TestSetup
{
    [ModuleInitializer]
    internal static void Apply() => NativeSetup.Apply();
}
