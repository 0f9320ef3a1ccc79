using System.Runtime.InteropServices;
using CsCheck;
using Recsys.Inference.Kernels;
using static TorchSharp.torch;

namespace Recsys.TrainingTests.Session;

public sealed class BFloat16Tests
{
    [Fact]
    public void Conversion_is_that_of_libtorch() =>
        Gen.Float[-1e30f, 1e30f].Array[0, 200].Sample(
            values =>
            {
                using var scope = NewDisposeScope();
                var narrow = new ushort[values.Length];
                BFloat16.Narrow(values, narrow);
                var expected = tensor(values).to_type(ScalarType.BFloat16);
                Assert.Equal(MemoryMarshal.Cast<byte, ushort>(expected.bytes).ToArray(), narrow);
                Assert.Equal(narrow, values.Select(BFloat16.FromSingle));
                Assert.Equal(expected.to_type(ScalarType.Float32).data<float>().ToArray(), narrow.Select(BFloat16.ToSingle));
            },
            iter: 300);

    /// <summary>Whatever the bits: ties, denormal numbers, what rounds to infinity.</summary>
    [Fact]
    public void Conversion_of_any_bits_is_that_of_libtorch()
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, 200_000).Select(i =>
        {
            var bits = (uint)random.NextInt64(1L << 32);
            // Every other one lies on or next to the middle between two.
            return BitConverter.UInt32BitsToSingle(i % 2 == 0 ? bits : (bits & 0xFFFF0000) | (uint)(0x7FFF + random.Next(3)));
        }).Where(value => !float.IsNaN(value)).ToArray();
        var narrow = new ushort[values.Length];
        BFloat16.Narrow(values, narrow);

        using var scope = NewDisposeScope();
        Assert.Equal(MemoryMarshal.Cast<byte, ushort>(tensor(values).to_type(ScalarType.BFloat16).bytes).ToArray(), narrow);
    }

    [Fact]
    public void Values_when_widened_or_added_then_are_what_they_were() =>
        Gen.Float[-1e30f, 1e30f].Array[0, 200].Sample(
            values =>
            {
                var narrow = values.Select(BFloat16.FromSingle).ToArray();
                var wide = new float[values.Length];
                BFloat16.Widen(narrow, wide);
                Assert.Equal(narrow.Select(BFloat16.ToSingle), wide);

                var sums = values.Select(value => 3 * value).ToArray();
                BFloat16.Add(sums, narrow);
                Assert.Equal(values.Zip(wide, (value, rounded) => (3 * value) + rounded), sums);
            },
            iter: 300);

    [Fact]
    public void Not_a_number_stays_one() => Assert.True(float.IsNaN(BFloat16.ToSingle(BFloat16.FromSingle(float.NaN))));
}
