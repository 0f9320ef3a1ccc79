using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Recsys.Inference.Kernels;

/// <summary>
/// A convolution (cross-correlation, as torch's Conv2d) of stride 1 with padding that keeps the size, then ReLU: sixteen pixels of a row for eight filters at a time. Each value sums its channels, then filter rows, then filter columns in
/// ascending order with one rounding a term.
/// </summary>
internal sealed class Convolution
{
    private const int Block = 8;

    private readonly float[] _weight;
    private readonly float[] _bias;
    private readonly int _taps;

    /// <param name="weight">(filters, channels, kernel, kernel) row-major.</param>
    /// <param name="bias">(filters).</param>
    /// <param name="filters">Channels of the output.</param>
    /// <param name="channels">Of the input.</param>
    /// <param name="kernel">Odd.</param>
    internal Convolution(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, int filters, int channels, int kernel)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weight.Length, filters * channels * kernel * kernel);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bias.Length, filters);
        (Filters, Channels, Kernel, _taps) = (filters, channels, kernel, channels * kernel * kernel);
        var blocks = (filters + Block - 1) / Block;
        _weight = new float[blocks * Block * _taps];
        _bias = new float[blocks * Block];
        bias.CopyTo(_bias);
        for (var filter = 0; filter < filters; filter++)
        {
            var target = _weight.AsSpan((filter / Block * Block * _taps) + (filter % Block));
            for (var tap = 0; tap < _taps; tap++) target[tap * Block] = weight[(filter * _taps) + tap];
        }
    }

    internal int Filters { get; }

    internal int Channels { get; }

    internal int Kernel { get; }

    /// <summary>The zeros that its input needs on each side.</summary>
    internal int Border => Kernel / 2;

    /// <summary>output = relu(bias + weight * input).</summary>
    /// <param name="input">Values of <paramref name="from"/>.</param>
    /// <param name="from">Of <see cref="Channels"/> and <see cref="Border"/>.</param>
    /// <param name="output">As many values as <paramref name="to"/> has; what is beyond a row's width is of no meaning afterwards.</param>
    /// <param name="to">Of <see cref="Filters"/> and the same size, without a border.</param>
    internal void Apply(ReadOnlySpan<float> input, Planes from, Span<float> output, Planes to)
    {
        if (from.Channels != Channels || from.Border != Border || to != new Planes(Filters, from.Height, from.Width, 0) || input.Length < from.Length || output.Length < to.Length)
        {
            throw new ArgumentException($"{from} with {input.Length} values doesn't go through {Filters} filters of ({Channels}, {Kernel}, {Kernel}) into {to} with {output.Length}.");
        }

        if (Sixteen.Wide) Apply<Lanes512>(input, from, output, to);
        else if (Sixteen.Middle) Apply<Pair<Lanes256>>(input, from, output, to);
        else Apply<Pair<Pair<Lanes128>>>(input, from, output, to);
    }

    internal void Apply<T>(ReadOnlySpan<float> input, Planes from, Span<float> output, Planes to)
        where T : struct, ILanes<T>
    {
        Span<float> sums = stackalloc float[Block * Sixteen.Lanes];
        for (var first = 0; first < Filters; first += Block)
        {
            var filters = Math.Min(Block, Filters - first);
            for (var y = 0; y < from.Height; y++)
            {
                for (var x = 0; x < from.Width; x += Sixteen.Lanes)
                {
                    Eight<T>(input, from, first, y, x, sums);
                    for (var filter = 0; filter < filters; filter++) sums.Slice(filter * Sixteen.Lanes, Sixteen.Lanes).CopyTo(output[(to.At(first + filter, y) + x)..]);
                }
            }
        }
    }

    // Invariant: row y + Kernel - 1 and column x + Kernel - 1 + 15 of the input are within its border and its padding to whole lanes.
    private void Eight<T>(ReadOnlySpan<float> input, Planes from, int first, int y, int x, Span<float> sums)
        where T : struct, ILanes<T>
    {
        ref var weight = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_weight), first * _taps);
        ref var bias = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_bias), first);
        var (a, b, c, d) = (T.Broadcast(bias), T.Broadcast(Unsafe.Add(ref bias, 1)), T.Broadcast(Unsafe.Add(ref bias, 2)), T.Broadcast(Unsafe.Add(ref bias, 3)));
        var (e, f, g, h) = (T.Broadcast(Unsafe.Add(ref bias, 4)), T.Broadcast(Unsafe.Add(ref bias, 5)), T.Broadcast(Unsafe.Add(ref bias, 6)), T.Broadcast(Unsafe.Add(ref bias, 7)));
        for (var channel = 0; channel < Channels; channel++)
        {
            for (var row = 0; row < Kernel; row++)
            {
                ref var pixels = ref Unsafe.Add(ref MemoryMarshal.GetReference(input), (channel * from.PlaneLength) + ((y + row) * from.Stride) + x);
                for (var column = 0; column < Kernel; column++)
                {
                    var pixel = T.Load(in Unsafe.Add(ref pixels, column));
                    T.AddProduct(ref a, T.Broadcast(weight), pixel);
                    T.AddProduct(ref b, T.Broadcast(Unsafe.Add(ref weight, 1)), pixel);
                    T.AddProduct(ref c, T.Broadcast(Unsafe.Add(ref weight, 2)), pixel);
                    T.AddProduct(ref d, T.Broadcast(Unsafe.Add(ref weight, 3)), pixel);
                    T.AddProduct(ref e, T.Broadcast(Unsafe.Add(ref weight, 4)), pixel);
                    T.AddProduct(ref f, T.Broadcast(Unsafe.Add(ref weight, 5)), pixel);
                    T.AddProduct(ref g, T.Broadcast(Unsafe.Add(ref weight, 6)), pixel);
                    T.AddProduct(ref h, T.Broadcast(Unsafe.Add(ref weight, 7)), pixel);
                    weight = ref Unsafe.Add(ref weight, Block);
                }
            }
        }

        var zero = T.Broadcast(0);
        T.Max(a, zero).Store(ref sums[0]);
        T.Max(b, zero).Store(ref sums[16]);
        T.Max(c, zero).Store(ref sums[32]);
        T.Max(d, zero).Store(ref sums[48]);
        T.Max(e, zero).Store(ref sums[64]);
        T.Max(f, zero).Store(ref sums[80]);
        T.Max(g, zero).Store(ref sums[96]);
        T.Max(h, zero).Store(ref sums[112]);
    }
}
