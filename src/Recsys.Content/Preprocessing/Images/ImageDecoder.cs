using SkiaSharp;

namespace Recsys.Content.Preprocessing.Images;

/// <summary>
/// Decodes a JPEG, PNG or WebP of bounded size into channels. What an image claims to be is read from its header before anything is decoded: a small file that would fill the memory is refused for its pixels.
/// </summary>
internal static class ImageDecoder
{
    /// <summary>The largest file.</summary>
    internal const int MostBytes = 16 << 20;

    /// <summary>The most pixels: 6,000 x 4,000, 96 MB decoded.</summary>
    internal const long MostPixels = 24_000_000;

    /// <summary>What is wrong with an image as far as its header says, or null: "the image has 5 bytes..." to be said after its column's name.</summary>
    internal static string? Problem(ReadOnlyMemory<byte> encoded)
    {
        if (SizeProblem(encoded) is { } problem) return problem;
        using var data = SKData.CreateCopy(encoded.Span);
        using var codec = SKCodec.Create(data);
        return HeaderProblem(codec);
    }

    /// <summary>Red, green and blue (or brightness) from 0 to 1 in an image of the column's size: (channels, height, width) row-major.</summary>
    /// <exception cref="InvalidDataException">It's too large, of another format, or cut short; the message is a sentence without its column.</exception>
    internal static float[] Decode(ReadOnlyMemory<byte> encoded, ColumnSettings column)
    {
        if (SizeProblem(encoded) is { } problem) throw new InvalidDataException(problem);
        using var data = SKData.CreateCopy(encoded.Span);
        using var codec = SKCodec.Create(data);
        if (HeaderProblem(codec) is { } wrong) throw new InvalidDataException(wrong);

        var origin = codec!.EncodedOrigin;
        var isTurned = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var (width, height) = isTurned ? (column.Height, column.Width) : (column.Width, column.Height);
        // JPEGs decode at a fraction of their size for a fraction of the work; twice what is needed is left for the resampling.
        var shrink = Math.Min(1, 2 * Math.Max(width / (float)codec.Info.Width, height / (float)codec.Info.Height));
        var size = codec.GetScaledDimensions(shrink);
        var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, SKColorSpace.CreateSrgb());
        using var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(info)) throw new InvalidDataException($"the image has {codec.Info.Width} x {codec.Info.Height} pixels, for which there was no memory");
        var result = codec.GetPixels(info, bitmap.GetPixels());
        if (result != SKCodecResult.Success) throw new InvalidDataException($"the image can't be decoded ({result}): it is cut short or damaged");

        var resized = ImageResampler.Resize(bitmap.GetPixelSpan(), bitmap.RowBytes, size.Width, size.Height, width, height, column.Crop);
        var upright = Upright(resized, width, height, origin);
        return column.Grey ? Brightness(upright) : upright;
    }

    private static string? SizeProblem(ReadOnlyMemory<byte> encoded)
    {
        if (encoded.Length == 0) return "the image is empty, expected a JPEG, PNG or WebP";
        return encoded.Length > MostBytes ? $"the image has {encoded.Length} bytes, expected at most {MostBytes}" : null;
    }

    private static string? HeaderProblem(SKCodec? codec)
    {
        if (codec is null) return "the image's header can't be read, expected a JPEG, PNG or WebP";
        if (codec.EncodedFormat is not (SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp))
        {
            return $"the image is of format {codec.EncodedFormat}, expected JPEG, PNG or WebP";
        }

        var info = codec.Info;
        return (long)info.Width * info.Height > MostPixels ? $"the image has {info.Width} x {info.Height} pixels, expected at most {MostPixels} in all" : null;
    }

    // By the EXIF orientation: the stored row 0 and column 0 are the named sides of the picture.
    private static float[] Upright(float[] planes, int width, int height, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.Default) return planes;
        var isTurned = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var (outWidth, outHeight) = isTurned ? (height, width) : (width, height);
        var flipsX = origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;
        var flipsY = origin is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var result = new float[planes.Length];
        for (var channel = 0; channel < planes.Length / (width * height); channel++)
        {
            for (var y = 0; y < outHeight; y++)
            {
                for (var x = 0; x < outWidth; x++)
                {
                    var (fromX, fromY) = (flipsX ? outWidth - 1 - x : x, flipsY ? outHeight - 1 - y : y);
                    if (isTurned) (fromX, fromY) = (fromY, fromX);
                    result[(((channel * outHeight) + y) * outWidth) + x] = planes[(((channel * height) + fromY) * width) + fromX];
                }
            }
        }

        return result;
    }

    // ITU-R BT.601.
    private static float[] Brightness(float[] planes)
    {
        var grey = new float[planes.Length / 3];
        for (var i = 0; i < grey.Length; i++) grey[i] = (0.299f * planes[i]) + (0.587f * planes[grey.Length + i]) + (0.114f * planes[(2 * grey.Length) + i]);
        return grey;
    }
}
