using Recsys.Content.Preprocessing;
using Recsys.Content.Preprocessing.Images;
using SkiaSharp;

namespace Recsys.Tests.Content;

/// <summary>Decoding, resizing and refusing images.</summary>
public sealed class ImageTests
{
    private static readonly ColumnSettings Eight = new() { Name = "cover", Kind = ColumnKind.Image, Width = 8, Height = 8 };

    [Fact]
    public void Image_when_of_one_colour_is_that_in_every_pixel()
    {
        foreach (var (width, height) in new[] { (8, 8), (100, 37), (3, 5), (1, 1) })
        {
            var pixels = ImageDecoder.Decode(SampleImages.Encode(width, height, (_, _) => new(255, 102, 0)), Eight);
            Assert.Equal(3 * 64, pixels.Length);
            Assert.All(pixels[..64], value => Assert.Equal(1, value, 1e-5f));
            Assert.All(pixels[64..128], value => Assert.Equal(0.4f, value, 1e-5f));
            Assert.All(pixels[128..], value => Assert.Equal(0, value, 1e-5f));
        }
    }

    [Fact]
    public void Noise_finer_than_a_pixel_when_resized_is_its_mean()
    {
        // A resampling that reads a few of the 16 x 16 pixels under each would be far off.
        var random = new Random(4);
        var pixels = ImageDecoder.Decode(SampleImages.Encode(128, 128, (_, _) => random.Next(2) == 0 ? SKColors.White : SKColors.Black), Eight);
        Assert.All(pixels, value => Assert.Equal(0.5f, value, 0.1f));
    }

    [Fact]
    public void Wide_image_when_cropped_is_its_middle_and_when_squeezed_all_of_it()
    {
        // Red, green and blue thirds.
        var wide = SampleImages.Encode(96, 32, (x, _) => x < 32 ? SKColors.Red : x < 64 ? new(0, 255, 0) : SKColors.Blue);
        var cropped = ImageDecoder.Decode(wide, Eight);
        foreach (var i in Enumerable.Range(0, 64).Where(i => i % 8 is > 0 and < 7)) AssertColour((0, 1, 0), cropped, i);
        var squeezed = ImageDecoder.Decode(wide, Eight with { Crop = false });
        AssertColour((1, 0, 0), squeezed, 0);
        AssertColour((0, 0, 1), squeezed, 7);

        static void AssertColour((float Red, float Green, float Blue) expected, float[] pixels, int at)
        {
            Assert.Equal(expected.Red, pixels[at], 1e-5f);
            Assert.Equal(expected.Green, pixels[64 + at], 1e-5f);
            Assert.Equal(expected.Blue, pixels[128 + at], 1e-5f);
        }
    }

    [Fact]
    public void Transparent_pixel_when_decoded_is_white()
    {
        var pixels = ImageDecoder.Decode(SampleImages.Encode(8, 8, (_, _) => new(255, 0, 0, 0)), Eight);
        Assert.All(pixels, value => Assert.Equal(1, value, 1e-5f));
    }

    [Fact]
    public void Grey_image_when_asked_for_has_one_channel_of_brightness()
    {
        var pixels = ImageDecoder.Decode(SampleImages.Encode(8, 8, (_, _) => new(255, 0, 0)), Eight with { Grey = true });
        Assert.Equal(64, pixels.Length);
        Assert.All(pixels, value => Assert.Equal(0.299f, value, 1e-4f));
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(3, 1, 1)]
    [InlineData(4, 0, 1)]
    [InlineData(5, 0, 0)]
    [InlineData(6, 1, 0)]
    [InlineData(7, 1, 1)]
    [InlineData(8, 0, 1)]
    public void Photo_when_taken_with_the_camera_turned_is_upright(byte orientation, int right, int bottom)
    {
        // Red where the stored image has its upper left quarter; by EXIF that's the named corner of the picture.
        var stored = SampleImages.Encode(64, 32, (x, y) => x < 32 && y < 16 ? SKColors.Red : SKColors.Blue, SKEncodedImageFormat.Jpeg);
        var pixels = ImageDecoder.Decode(SampleImages.Turned(stored, orientation), Eight with { Crop = false });
        for (var corner = 0; corner < 4; corner++)
        {
            var isRed = pixels[((corner / 2 * 5) + 1) * 8 + (corner % 2 * 5) + 1] > 0.5f;
            Assert.Equal((right, bottom) == (corner % 2, corner / 2), isRed);
        }
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Image_when_cut_short_is_refused_wherever_it_is_cut(SKEncodedImageFormat format)
    {
        var random = new Random(1);
        var whole = SampleImages.Encode(64, 64, (_, _) => new((uint)random.Next() | 0xFF000000), format);
        Assert.Equal(192, ImageDecoder.Decode(whole, Eight).Length);
        for (var length = 0; length < whole.Length * 9 / 10; length += 1 + (whole.Length / 40))
        {
            Assert.Contains("the image", Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(whole.AsMemory(0, length), Eight)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Decompression_bomb_when_its_header_is_read_is_refused_before_it_is_decoded()
    {
        var bomb = SampleImages.Claiming(60_000, 60_000);
        Assert.Equal("the image has 60000 x 60000 pixels, expected at most 24000000 in all", ImageDecoder.Problem(bomb));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(bomb, Eight));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Fact]
    public void What_is_no_image_is_refused_with_the_reason()
    {
        Assert.Equal("the image is empty, expected a JPEG, PNG or WebP", ImageDecoder.Problem(default));
        Assert.Equal("the image's header can't be read, expected a JPEG, PNG or WebP", ImageDecoder.Problem("<svg/>"u8.ToArray()));
        Assert.Equal($"the image has {(16 << 20) + 1} bytes, expected at most {16 << 20}", ImageDecoder.Problem(new byte[(16 << 20) + 1]));
        byte[] gif = [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 255, 255, 255, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B];
        Assert.Equal("the image is of format Gif, expected JPEG, PNG or WebP", ImageDecoder.Problem(gif));
    }

    [Fact]
    public void Natives_of_the_decoder_when_built_are_there_for_few_platforms()
    {
        var runtimes = Path.Combine(AppContext.BaseDirectory, "runtimes");
        var found = Directory.EnumerateFiles(runtimes, "libSkiaSharp*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(runtimes, file).Split(Path.DirectorySeparatorChar)[0]);
        Assert.Equal(["linux-arm64", "linux-x64", "osx", "win-x64"], found.Order(StringComparer.Ordinal));
    }
}
