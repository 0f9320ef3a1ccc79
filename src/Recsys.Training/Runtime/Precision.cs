using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace Recsys.Training.Runtime;

/// <summary>
/// Whether matrix products are better done in bfloat16: only where the processor multiplies them itself (AVX512-BF16, AMX), which a clock would show as well
/// but not the same way every time, and where a small product comes out right.
/// </summary>
internal static class Precision
{
    private const int Size = 64;

    /// <summary>Whether to use it where the user doesn't say.</summary>
    public static bool BFloat16IsFast() => ProcessorMultipliesBFloat16() && ProductIsRight();

    /// <summary>Whether this processor has instructions for products of bfloat16.</summary>
    public static bool ProcessorMultipliesBFloat16()
    {
        const int Avx512BFloat16 = 1 << 5;
        const int AmxBFloat16 = 1 << 22;
        if (!X86Base.IsSupported || !Avx512F.IsSupported || X86Base.CpuId(0, 0).Eax < 7)
            return false;
        var leaves = X86Base.CpuId(7, 0);
        return (leaves.Edx & AmxBFloat16) != 0 || (leaves.Eax >= 1 && (X86Base.CpuId(7, 1).Eax & Avx512BFloat16) != 0);
    }

    /// <summary>Whether libtorch's bfloat16 product of two matrices is its float32 product, within what rounding explains.</summary>
    public static bool ProductIsRight()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var random = SeededRandom.Create(seed: 0, stream: 0);
        var values = new float[2 * Size * Size];
        for (var i = 0; i < values.Length; i++)
            values[i] = random.NextNormal();
        var a = tensor(values.AsSpan(0, Size * Size).ToArray(), Size, Size);
        var b = tensor(values.AsSpan(Size * Size).ToArray(), Size, Size);
        var difference = a.to_type(ScalarType.BFloat16).mm(b.to_type(ScalarType.BFloat16)).to_type(ScalarType.Float32) - a.mm(b);
        // Products of 64 pairs have a deviation of 8; three roundings of 2^-9 each leave about 0.03.
        return difference.abs().max().item<float>() < 0.25f;
    }
}
