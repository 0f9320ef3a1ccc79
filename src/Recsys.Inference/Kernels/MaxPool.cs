namespace Recsys.Inference.Kernels;

/// <summary>Max-pooling of square windows side by side; what doesn't fill a window is left out, as torch does.</summary>
internal static class MaxPool
{
    /// <summary>output = the largest value of each window.</summary>
    /// <param name="input">Values of <paramref name="from"/>, at least 0 (after ReLU).</param>
    /// <param name="from">Any.</param>
    /// <param name="size">Side of a window.</param>
    /// <param name="output">Row after row of each plane; only what is within rows is written.</param>
    /// <param name="place">Where a row begins in the output, by channel and row.</param>
    internal static void Apply(ReadOnlySpan<float> input, Planes from, int size, Span<float> output, Func<int, int, int> place)
    {
        var (height, width) = (from.Height / size, from.Width / size);
        for (var channel = 0; channel < from.Channels; channel++)
        {
            for (var y = 0; y < height; y++)
            {
                var target = output.Slice(place(channel, y), width);
                target.Clear();
                for (var row = 0; row < size; row++)
                {
                    var source = input.Slice(from.At(channel, (y * size) + row), width * size);
                    for (var x = 0; x < width; x++)
                    {
                        for (var column = 0; column < size; column++) target[x] = Math.Max(target[x], source[(x * size) + column]);
                    }
                }
            }
        }
    }
}
