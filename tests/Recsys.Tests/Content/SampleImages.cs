using SkiaSharp;

namespace Recsys.Tests.Content;

/// <summary>Encoded images made for a test.</summary>
internal static class SampleImages
{
    internal static byte[] Encode(int width, int height, Func<int, int, SKColor> colour, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++) bitmap.SetPixel(x, y, colour(x, y));
        }

        using var data = bitmap.Encode(format, 95);
        return data.ToArray();
    }

    /// <summary>A JPEG whose header claims another size.</summary>
    internal static byte[] Claiming(int width, int height)
    {
        var jpeg = Encode(16, 16, (_, _) => SKColors.Red, SKEncodedImageFormat.Jpeg);
        var frame = jpeg.AsSpan().IndexOf(new byte[] { 0xFF, 0xC0 });
        (jpeg[frame + 5], jpeg[frame + 6]) = ((byte)(height >> 8), (byte)height);
        (jpeg[frame + 7], jpeg[frame + 8]) = ((byte)(width >> 8), (byte)width);
        return jpeg;
    }

    /// <summary>A JPEG with an EXIF orientation of 1 to 8.</summary>
    internal static byte[] Turned(byte[] jpeg, byte orientation)
    {
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, (byte)'E', (byte)'x', (byte)'i', (byte)'f', 0, 0,
            (byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0,
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }
}
