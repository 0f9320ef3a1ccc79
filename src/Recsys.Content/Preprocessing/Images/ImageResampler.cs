namespace Recsys.Content.Preprocessing.Images;

/// <summary>
/// Resizes with antialiasing: each pixel is the mean of those that it covers, weighted by a triangle as wide as two of it, one axis after the other. Own code, so that a model reads the same values whichever version of the decoder is beside it.
/// </summary>
internal static class ImageResampler
{
    private const int Channels = 3;

    /// <summary>Red, green and blue from 0 to 1, over white where the image is transparent: (3, height, width).</summary>
    /// <param name="rgba">Rows of four bytes a pixel, alpha not multiplied in.</param>
    /// <param name="rowBytes">Bytes from one row to the next.</param>
    /// <param name="sourceWidth">Pixels.</param>
    /// <param name="sourceHeight">Pixels.</param>
    /// <param name="width">Of the result.</param>
    /// <param name="height">Of the result.</param>
    /// <param name="crop">Whether the middle of the result's shape is taken; else the whole is squeezed.</param>
    internal static float[] Resize(ReadOnlySpan<byte> rgba, int rowBytes, int sourceWidth, int sourceHeight, int width, int height, bool crop)
    {
        var (cutWidth, cutHeight) = ((double)sourceWidth, (double)sourceHeight);
        if (crop)
        {
            cutWidth = Math.Min(cutWidth, (double)sourceHeight * width / height);
            cutHeight = Math.Min(cutHeight, (double)sourceWidth * height / width);
        }

        var across = Taps(sourceWidth, (sourceWidth - cutWidth) / 2, cutWidth, width);
        var down = Taps(sourceHeight, (sourceHeight - cutHeight) / 2, cutHeight, height);
        var result = new float[Channels * height * width];
        var row = new float[Channels * width];
        for (var y = 0; y < sourceHeight; y++)
        {
            var isRead = false;
            for (var target = 0; target < height; target++)
            {
                var place = y - down[target].First;
                if (place < 0 || place >= down[target].Weights.Length) continue;
                if (!isRead) Narrow(rgba.Slice(y * rowBytes, sourceWidth * 4), across, row);
                isRead = true;
                var weight = down[target].Weights[place];
                for (var channel = 0; channel < Channels; channel++)
                {
                    var to = result.AsSpan(((channel * height) + target) * width, width);
                    var from = row.AsSpan(channel * width, width);
                    for (var x = 0; x < width; x++) to[x] += weight * from[x];
                }
            }
        }

        return result;
    }

    private static void Narrow(ReadOnlySpan<byte> rgba, (int First, float[] Weights)[] taps, float[] row)
    {
        for (var x = 0; x < taps.Length; x++)
        {
            var (red, green, blue) = (0f, 0f, 0f);
            for (var i = 0; i < taps[x].Weights.Length; i++)
            {
                var pixel = rgba.Slice((taps[x].First + i) * 4, 4);
                var weight = taps[x].Weights[i] / 255;
                var white = 255 - pixel[3];
                var alpha = pixel[3] / 255f;
                red += weight * ((pixel[0] * alpha) + white);
                green += weight * ((pixel[1] * alpha) + white);
                blue += weight * ((pixel[2] * alpha) + white);
            }

            (row[x], row[taps.Length + x], row[(2 * taps.Length) + x]) = (red, green, blue);
        }
    }

    // The source pixels and weights (their sum 1) of each target pixel along one axis.
    private static (int First, float[] Weights)[] Taps(int source, double start, double length, int targets)
    {
        var scale = length / targets;
        var reach = Math.Max(1, scale);
        var taps = new (int, float[])[targets];
        for (var i = 0; i < targets; i++)
        {
            var centre = start + ((i + 0.5) * scale);
            var first = Math.Clamp((int)Math.Floor(centre - reach), 0, source - 1);
            var last = Math.Clamp((int)Math.Ceiling(centre + reach), first + 1, source);
            var weights = new double[last - first];
            for (var j = 0; j < weights.Length; j++) weights[j] = Math.Max(0, 1 - (Math.Abs(first + j + 0.5 - centre) / reach));
            var sum = weights.Sum();
            taps[i] = (first, [.. weights.Select(weight => (float)(weight / sum))]);
        }

        return taps;
    }
}
