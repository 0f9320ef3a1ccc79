using CsCheck;
using Recsys.Inference.Kernels;

namespace Recsys.Tests.Content;

/// <summary>The kernels that only networks of one's own use, against their scalar oracles and against themselves on narrower processors.</summary>
public sealed class NetworkKernelTests
{
    [Fact]
    public void Linear_when_shapes_are_random_is_near_the_oracle_with_the_same_bits_on_every_processor() => Gen.Select(Gen.Int[1, 200], Gen.Int[1, 200], Gen.Int).Sample((rows, columns, seed) =>
    {
        var random = new Random(seed);
        var (weight, seeds, x) = (NetworkSamples.Floats(rows * columns, random), NetworkSamples.Floats(rows, random), NetworkSamples.Floats(columns, random));
        var (linear, expected) = (new DenseFloat32(weight, rows, columns), new float[rows]);
        Scalar.Dense(weight, seeds, x, expected);
        var found = seeds.ToArray();
        linear.Add(x, found);
        for (var i = 0; i < rows; i++) Assert.Equal(expected[i], found[i], 2e-6f * (1 + MathF.Sqrt(columns)));

        var (narrow, narrowest) = (seeds.ToArray(), seeds.ToArray());
        linear.Add<Pair<Lanes256>>(default, x, narrow);
        linear.Add<Pair<Pair<Lanes128>>>(default, x, narrowest);
        Assert.Equal(found, narrow);
        Assert.Equal(found, narrowest);
    }, iter: 60);

    [Fact]
    public void Linear_when_the_vector_is_sparse_gives_the_bits_of_the_full_one() => Gen.Select(Gen.Int[1, 200], Gen.Int[1, 200], Gen.Int).Sample((rows, columns, seed) =>
    {
        var random = new Random(seed);
        var (linear, sparse) = (new DenseFloat32(NetworkSamples.Floats(rows * columns, random), rows, columns), NetworkSamples.Sparse(columns, random));
        var (x, full, some) = (new float[columns], new float[rows], new float[rows]);
        for (var i = 0; i < sparse.Indices.Length; i++) x[sparse.Indices[i]] = sparse.Values[i];
        linear.Add(x, full);
        linear.AddSparse(sparse.Indices, sparse.Values, some);
        Assert.Equal(full, some);
        Assert.Throws<ArgumentOutOfRangeException>(() => linear.AddSparse([columns], [1], new float[rows]));
        Assert.Throws<ArgumentOutOfRangeException>(() => linear.AddSparse([-1], [1], new float[rows]));
    }, iter: 60);

    [Fact]
    public void Convolution_on_narrower_processors_gives_the_same_bits()
    {
        var random = new Random(5);
        var (source, to) = (new Planes(3, 11, 37, 2), new Planes(9, 11, 37, 0));
        var convolution = new Convolution(NetworkSamples.Floats(9 * 3 * 25, random), NetworkSamples.Floats(9, random), 9, 3, 5);
        var input = new float[source.Length];
        for (var row = 0; row < 33; row++) NetworkSamples.Floats(37, random).CopyTo(input, source.At(row / 11, row % 11));
        var (wide, narrow, narrowest) = (new float[to.Length], new float[to.Length], new float[to.Length]);
        convolution.Apply(input, source, wide, to);
        convolution.Apply<Pair<Lanes256>>(input, source, narrow, to);
        convolution.Apply<Pair<Pair<Lanes128>>>(input, source, narrowest, to);
        Assert.Contains(wide, value => value > 0.1f);
        Assert.Equal(wide, narrow);
        Assert.Equal(wide, narrowest);
        Assert.Throws<ArgumentException>(() => convolution.Apply(input, source with { Border = 1 }, wide, to));
        Assert.Throws<ArgumentException>(() => convolution.Apply(input.AsSpan(1), source, wide, to));
    }
}
