using CsCheck;
using Recsys.Inference.Kernels;

namespace Recsys.Tests.Inference;

/// <summary>Each SIMD kernel against its scalar oracle, over random shapes, and against golden values from another implementation.</summary>
public sealed class KernelAccuracyTests
{
    private static readonly Gen<int> Size = Gen.Int[1, 300];

    [Fact]
    public void Dot_is_near_the_oracle() => Gen.Select(Size, Gen.Int).Sample((size, seed) =>
    {
        var random = new Random(seed);
        var (a, b) = (Floats(random, size, 1), Floats(random, size, 1));
        Assert.Equal(Scalar.Dot(a, b), Dot.Of(a, b), 2e-6f * (1 + MathF.Sqrt(size)));
    });

    [Fact]
    public void Dense_is_near_the_oracle() => Gen.Select(Size, Size, Gen.Int).Sample((rows, columns, seed) =>
    {
        var random = new Random(seed);
        var (weight, bias, x) = (Floats(random, rows * columns, 1), Floats(random, rows, 1), Floats(random, columns, 1));
        var (expected, found) = (new float[rows], new float[rows]);
        new Dense(weight, rows, columns).Apply(x, bias, found, 1);
        BFloat16.Round(weight);
        Scalar.Dense(weight, bias, x, expected);
        Near(expected, found, 2e-6f * (1 + MathF.Sqrt(columns)));
    }, iter: 40);

    [Fact]
    public void Gates_are_near_the_oracle() => Gen.Select(Size, Gen.Float[0.1f, 100f], Gen.Int).Sample((size, scale, seed) =>
    {
        var random = new Random(seed);
        var (gates, cells) = (Floats(random, 4 * size, scale), Floats(random, size, 3));
        var (expectedCells, expectedHidden, hidden) = (cells.ToArray(), new float[size], new float[size]);
        Scalar.LstmGates(gates, expectedHidden, expectedCells);
        LstmGates.Apply(gates, hidden, cells);
        Near(expectedCells, cells, 2e-6f);
        Near(expectedHidden, hidden, 2e-6f);
    });

    [Fact]
    public void LayerNorm_is_near_the_oracle() => Gen.Select(Gen.Int[2, 300], Gen.Float[-5f, 5f], Gen.Int).Sample((size, centre, seed) =>
    {
        var random = new Random(seed);
        var (x, weight, bias) = (Floats(random, size, 2), Floats(random, size, 1), Floats(random, size, 1));
        for (var i = 0; i < size; i++) x[i] += centre;
        var (expected, found) = (new float[size], new float[size]);
        Scalar.LayerNorm(x, weight, bias, expected);
        LayerNorm.Apply(x, weight, bias, found);

        // Two values close together are spread to one: their rounding errors with them.
        Near(expected, found, size < 4 ? 5e-3f : 1e-4f);
    });

    [Fact]
    public void Functions_keep_their_stated_accuracy_over_all_magnitudes()
    {
        var inputs = new List<float> { 0, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue };
        for (var x = -100f; x <= 100f; x += 0.0123f) inputs.Add(x);
        for (var x = 1e-30f; x < 1e30f; x *= 1.01f) inputs.AddRange([x, -x]);
        foreach (var x in inputs)
        {
            Within(5e-7, x, Scalar.Sigmoid(x), VectorMath.Sigmoid(Everywhere(x)));
            Within(5e-7, x, Math.Tanh(x), VectorMath.Tanh(Everywhere(x)));
            Within(5e-7, x, Scalar.Erf(x), VectorMath.Erf(Everywhere(x)));
            if (Math.Abs(x) < 87) Within(3e-7 * Math.Exp(x), x, Math.Exp(x), VectorMath.Exp(Everywhere(x)));
        }
    }

    [Theory]
    [InlineData(-3f, -0.00404969409489031)]
    [InlineData(-1f, -0.15865525393145705)]
    [InlineData(-0.5f, -0.15426876936299347)]
    [InlineData(0f, 0)]
    [InlineData(0.1f, 0.0539827837277029)]
    [InlineData(1f, 0.841344746068543)]
    [InlineData(2.5f, 2.4844758366855597)]
    [InlineData(20f, 20)]
    public void Gelu_gives_golden_values(float x, double expected)
    {
        float[] values = [x];
        Gelu.Apply(values);
        Assert.Equal(expected, values[0], 2e-6);
        Assert.Equal(expected, Scalar.Gelu(x), 1e-6);
    }

    [Fact]
    public void Gates_give_golden_values()
    {
        // H = 2; i, f, g, o. c = sigmoid(f) c + sigmoid(i) tanh(g), from another implementation.
        float[] gates = [0.5f, -1f, 1f, 0f, -0.25f, 2f, 0f, 3f];
        var (h, c) = (new float[2], new float[] { 0.5f, -1f });
        LstmGates.Apply(gates, h, c);
        Near([0.21307738f, -0.24073305f], c, 1e-6f);
        Near([0.10495509f, -0.22498660f], h, 1e-6f);
    }

    [Fact]
    public void LayerNorm_gives_golden_values()
    {
        var y = new float[4];
        LayerNorm.Apply([1f, 2f, 3f, 6f], [1f, 2f, 1f, 0.5f], [0f, 0.5f, 0f, -1f], y);
        Near([-1.0690434f, -0.5690434f, 0f, -0.1982174f], y, 1e-5f);
    }

    [Fact]
    public void Every_half_survives_widening_and_narrowing()
    {
        var halves = Enumerable.Range(0, 65536).Select(i => BitConverter.UInt16BitsToHalf((ushort)i)).Where(Half.IsFinite).ToArray();
        var (floats, back) = (new float[halves.Length], new Half[halves.Length]);
        Float16.Widen(halves, floats);
        Float16.Narrow(floats, back);
        for (var i = 0; i < halves.Length; i++)
        {
            Assert.Equal(BitConverter.SingleToInt32Bits((float)halves[i]), BitConverter.SingleToInt32Bits(floats[i]));
            Assert.Equal(BitConverter.HalfToUInt16Bits(halves[i]), BitConverter.HalfToUInt16Bits(back[i]));
        }
    }

    [Fact]
    public void Narrowing_rounds_as_the_runtime_does_and_saturates()
    {
        var random = new Random(3);
        List<float> values = [65503f, 65504f, 65519f, 65520f, 1e30f, -1e30f, 5.9604645e-8f, 2.9802322e-8f, 2.98e-8f, 6.1035156e-5f, 6.1e-5f, 1.00048828125f];
        for (var i = 0; i < 50_000; i++)
        {
            var value = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
            if (MathF.Abs(value) < 1e6) values.Add(value);
            values.Add((random.NextSingle() - 0.5f) * 4);
        }

        var found = new Half[values.Count];
        Float16.Narrow(values.ToArray(), found);
        for (var i = 0; i < found.Length; i++)
        {
            var expected = (Half)Math.Clamp(values[i], -65504f, 65504f);
            Assert.True(
                BitConverter.HalfToUInt16Bits(expected) == BitConverter.HalfToUInt16Bits(found[i]), $"{values[i]:R}: expected {expected}, found {found[i]}");
        }
    }

    private static float[] Floats(Random random, int count, float scale)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = scale * ((2 * random.NextSingle()) - 1);
        return values;
    }

    private static void Near(ReadOnlySpan<float> expected, ReadOnlySpan<float> found, float tolerance)
    {
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i], tolerance);
    }

    private static Pair<Lanes256> Everywhere(float x) => Pair<Lanes256>.Broadcast(x);

    private static void Within(double tolerance, float x, double expected, Pair<Lanes256> found)
    {
        Span<float> lanes = stackalloc float[16];
        found.Store(ref lanes[0]);
        if (!(Math.Abs(lanes[0] - expected) <= tolerance)) Assert.Fail($"At {x:R}: expected {expected:R}, found {lanes[0]:R}.");
    }
}
