using System.Runtime.InteropServices;
using CsCheck;
using Recsys.Inference.Kernels;

namespace Recsys.Tests.Inference;

/// <summary>Each kernel gives the same bits with one wide register, with two and with four.</summary>
public sealed class SixteenLanesTests
{
    private static readonly Gen<int> Size = Gen.Int[1, 150];

    [Fact]
    public void Dot_is_the_same_bits_at_every_width() => Gen.Select(Size, Gen.Int[1, 9], Gen.Int).Sample((size, rows, seed) =>
    {
        var random = new Random(seed);
        var (matrix, x) = (Floats(random, size * rows, 2), Floats(random, size, 2));
        var (wide, middle, narrow) = (new float[rows], new float[rows], new float[rows]);
        Dot.Rows<Lanes512>(matrix, x, wide);
        Dot.Rows<Pair<Lanes256>>(matrix, x, middle);
        Dot.Rows<Pair<Pair<Lanes128>>>(matrix, x, narrow);
        Same(wide, middle, narrow);
        for (var row = 0; row < rows; row++) Assert.Equal(wide[row], Dot.Of(matrix.AsSpan(row * size, size), x));
    });

    [Fact]
    public void Dense_is_the_plain_loops_bits_at_every_width() => Gen.Select(Size, Size, Gen.Int[1, 9], Gen.Int).Sample((rows, columns, positions, seed) =>
    {
        var random = new Random(seed);
        var (weight, x) = (Floats(random, rows * columns, 1), Floats(random, positions * columns, 1));
        var bias = Floats(random, rows, 1);
        var dense = new Dense(weight, rows, columns);
        var (wide, middle, narrow) = (new float[positions * rows], new float[positions * rows], new float[positions * rows]);
        dense.Apply<Lanes512>(x, bias, wide, positions);
        dense.Apply<Pair<Lanes256>>(x, bias, middle, positions);
        dense.Apply<Pair<Pair<Lanes128>>>(x, bias, narrow, positions);
        Same(wide, middle, narrow);

        BFloat16.Round(weight);
        for (var position = 0; position < positions; position++)
        {
            for (var row = 0; row < rows; row++)
            {
                var sum = bias[row];
                for (var i = 0; i < columns; i++) sum = MathF.FusedMultiplyAdd(weight[(row * columns) + i], x[(position * columns) + i], sum);
                Assert.Equal(sum, wide[(position * rows) + row]);
            }
        }
    }, iter: 40);

    [Fact]
    public void Gates_are_the_same_bits_at_every_width() => Gen.Select(Size, Gen.Int).Sample((size, seed) =>
    {
        var random = new Random(seed);
        var (gates, c) = (Floats(random, 4 * size, 6), Floats(random, size, 3));
        float[][] h = [new float[size], new float[size], new float[size]];
        float[][] cells = [[.. c], [.. c], [.. c]];
        LstmGates.Apply<Lanes512>([.. gates], h[0], cells[0]);
        LstmGates.Apply<Pair<Lanes256>>([.. gates], h[1], cells[1]);
        LstmGates.Apply<Pair<Pair<Lanes128>>>([.. gates], h[2], cells[2]);
        Same(h);
        Same(cells);
    });

    [Fact]
    public void LayerNorm_is_the_same_bits_at_every_width() => Gen.Select(Size, Gen.Int).Sample((size, seed) =>
    {
        var random = new Random(seed);
        var (x, weight, bias) = (Floats(random, size, 3), Floats(random, size, 1), Floats(random, size, 1));
        float[][] y = [new float[size], new float[size], new float[size]];
        LayerNorm.Apply<Lanes512>(x, weight, bias, y[0]);
        LayerNorm.Apply<Pair<Lanes256>>(x, weight, bias, y[1]);
        LayerNorm.Apply<Pair<Pair<Lanes128>>>(x, weight, bias, y[2]);
        Same(y);
    });

    [Fact]
    public void Gelu_sums_and_products_are_the_same_bits_at_every_width() => Gen.Select(Size, Gen.Int).Sample((size, seed) =>
    {
        var random = new Random(seed);
        var (x, y) = (Floats(random, size, 5), Floats(random, size, 5));
        float[][] found = [[.. x], [.. x], [.. x]];
        Gelu.Apply<Lanes512>(found[0]);
        Gelu.Apply<Pair<Lanes256>>(found[1]);
        Gelu.Apply<Pair<Pair<Lanes128>>>(found[2]);
        Same(found);
        Elementwise.Add<Lanes512>(found[0], y);
        Elementwise.Add<Pair<Lanes256>>(found[1], y);
        Elementwise.Add<Pair<Pair<Lanes128>>>(found[2], y);
        Same(found);
        Elementwise.Multiply<Lanes512>(found[0], y);
        Elementwise.Multiply<Pair<Lanes256>>(found[1], y);
        Elementwise.Multiply<Pair<Pair<Lanes128>>>(found[2], y);
        Same(found);
    });

    [Fact]
    public void Conversions_are_the_same_bits_at_every_width() => Gen.Select(Size, Gen.Int).Sample((size, seed) =>
    {
        var random = new Random(seed);
        var x = Floats(random, size, 70_000);
        Half[][] halves = [new Half[size], new Half[size], new Half[size]];
        Float16.Narrow<Lanes512>(x, halves[0]);
        Float16.Narrow<Pair<Lanes256>>(x, halves[1]);
        Float16.Narrow<Pair<Pair<Lanes128>>>(x, halves[2]);
        Assert.Equal(halves[0], halves[1]);
        Assert.Equal(halves[0], halves[2]);
        float[][] found = [new float[size], new float[size], new float[size]];
        Float16.Widen<Lanes512>(halves[0], found[0]);
        Float16.Widen<Pair<Lanes256>>(halves[0], found[1]);
        Float16.Widen<Pair<Pair<Lanes128>>>(halves[0], found[2]);
        Same(found);
        float[][] rounded = [[.. x], [.. x], [.. x]];
        Float16.Round<Lanes512>(rounded[0]);
        Float16.Round<Pair<Lanes256>>(rounded[1]);
        Float16.Round<Pair<Pair<Lanes128>>>(rounded[2]);
        Same(rounded);
        Same(rounded[0], found[0]);
    });

    private static float[] Floats(Random random, int count, float scale)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = scale * ((2 * random.NextSingle()) - 1);
        return values;
    }

    private static void Same(params float[][] results)
    {
        foreach (var result in results[1..])
        {
            Assert.Equal(MemoryMarshal.Cast<float, int>(results[0]).ToArray(), MemoryMarshal.Cast<float, int>(result).ToArray());
        }
    }
}
