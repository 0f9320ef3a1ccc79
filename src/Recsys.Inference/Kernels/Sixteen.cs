using System.Runtime.Intrinsics;

namespace Recsys.Inference.Kernels;

/// <summary>Which of the three forms of sixteen lanes this processor runs best. The choice changes the speed, never a bit of a result.</summary>
internal static class Sixteen
{
    internal const int Lanes = 16;

    internal static bool Wide => Vector512.IsHardwareAccelerated;

    internal static bool Middle => Vector256.IsHardwareAccelerated;
}
