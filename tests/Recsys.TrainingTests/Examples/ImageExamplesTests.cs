using System.IO.Compression;
using Recsys.Content.Examples;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;

namespace Recsys.TrainingTests.Examples;

public sealed class ImageExamplesTests
{
    private static readonly byte[] Png = PngEncoder.Encode(new byte[64], 8, 8, isColour: false);

    private static readonly NetworkSpec Images = new()
    {
        Columns = [new() { Name = "image", Kind = ColumnKind.Image }],
        Target = "class",
        Network = new() { Kind = NetworkKind.Convolutional },
    };

    [Theory]
    [InlineData("")]
    [InlineData("posters/")]
    public void Zip_when_it_has_classes_and_parts_gives_both(string root)
    {
        using var folder = new TemporaryFolder();
        Zip(
            folder.Child("set.zip"), ($"{root}train/comedy/1.png", Png), ($"{root}test/drama/2.png", Png), ($"{root}validation/drama/3.PNG", Png), ("__MACOSX/x", [1]),
            ($"{root}train/.DS_Store", [1]));

        var examples = ExampleReader.Read(folder.Child("set.zip"), ExampleFormat.Auto, Images).ToList();

        Assert.Equal([("drama", ExamplePart.Test), ("comedy", ExamplePart.Train), ("drama", ExamplePart.Validation)], examples.Select(example => (example.Labels[0], example.Part!.Value)));
        Assert.All(examples, example => Assert.Equal(Png, ((ExampleValue.Image)example.Values["image"]).Encoded.ToArray()));
    }

    [Fact]
    public void Folder_when_it_has_classes_only_leaves_the_split_open()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "comedy", "drama" })
        {
            Directory.CreateDirectory(Path.Combine(folder.Child("set"), name));
            File.WriteAllBytes(Path.Combine(folder.Child("set"), name, "1.png"), Png);
        }

        var examples = ExampleReader.Read(folder.Child("set"), ExampleFormat.Auto, Images).ToList();

        Assert.Equal(["comedy/1.png", "drama/1.png"], examples.Select(example => example.Origin));
        Assert.All(examples, example => Assert.Null(example.Part));
    }

    [Theory]
    [InlineData("../../etc/comedy/1.png", "expected names that stay inside")]
    [InlineData("/comedy/1.png", "expected names that stay inside")]
    [InlineData("C:/comedy/1.png", "expected names that stay inside")]
    [InlineData("comedy\\..\\1.png", "expected names that stay inside")]
    [InlineData("1.png", "expected CLASS/NAME")]
    [InlineData("comedy/1.exe", "expected an image, so a name that ends with .jpg")]
    [InlineData("holdout/comedy/1.png", "'holdout', expected train, validation or test")]
    public void Zip_when_a_name_is_wrong_is_refused(string name, string expected)
    {
        using var folder = new TemporaryFolder();
        Zip(folder.Child("set.zip"), ("train/drama/0.png", Png), (name, Png));

        var error = Assert.Throws<InvalidDataException>(() => ExampleReader.Read(folder.Child("set.zip"), ExampleFormat.Auto, Images).ToList());

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Zip_when_it_unfolds_to_far_more_is_refused()
    {
        using var folder = new TemporaryFolder();
        Zip(folder.Child("bomb.zip"), ("comedy/1.png", new byte[8 << 20]));
        Zip(folder.Child("large.zip"), ("comedy/1.png", Png));

        var bomb = Assert.Throws<InvalidDataException>(() => ExampleReader.Read(folder.Child("bomb.zip"), ExampleFormat.Auto, Images).ToList());
        var large = Assert.Throws<InvalidDataException>(() => ExampleReader.Read(folder.Child("large.zip"), ExampleFormat.Auto, Images, new() { MostImageBytes = 20 }).ToList());

        Assert.Contains("expected at most 200 times as many", bomb.Message, StringComparison.Ordinal);
        Assert.Contains($"it has {Png.Length} bytes, expected at most 20", large.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Zip_when_it_is_cut_short_is_refused_and_when_it_holds_more_than_it_says_gives_what_it_says()
    {
        using var folder = new TemporaryFolder();
        var noise = new byte[100_000];
        new Random(1).NextBytes(noise);
        Zip(folder.Child("set.zip"), ("comedy/1.png", noise));
        var bytes = File.ReadAllBytes(folder.Child("set.zip"));
        File.WriteAllBytes(folder.Child("cut.zip"), bytes[..(bytes.Length / 2)]);
        // The central directory's size of the unfolded file, 24 bytes behind its signature.
        var directory = bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BitConverter.GetBytes(10).CopyTo(bytes, directory + 24);
        File.WriteAllBytes(folder.Child("lie.zip"), bytes);

        Assert.Contains("cut.zip", Assert.Throws<InvalidDataException>(() => ExampleReader.Read(folder.Child("cut.zip"), ExampleFormat.Auto, Images).ToList()).Message, StringComparison.Ordinal);
        var lie = ExampleReader.Read(folder.Child("lie.zip"), ExampleFormat.Auto, Images).Single();
        Assert.InRange(((ExampleValue.Image)lie.Values["image"]).Encoded.Length, 0, 10);
    }

    private static void Zip(string path, params (string Name, byte[] Bytes)[] entries)
    {
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, bytes) in entries)
        {
            using var stream = zip.CreateEntry(name).Open();
            stream.Write(bytes);
        }
    }
}
