using System.Buffers.Binary;
using System.IO.Compression;
using Recsys.Content.Examples;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;

namespace Recsys.TrainingTests.Examples;

public sealed class IdxExamplesTests
{
    private static readonly NetworkSpec Images = new()
    {
        Columns = [new() { Name = "image", Kind = ColumnKind.Image, Width = 8, Height = 8, Grey = true }],
        Target = "class",
        Network = new() { Kind = NetworkKind.Convolutional },
    };

    [Fact]
    public void Pairs_when_read_give_images_labels_and_parts()
    {
        using var folder = new TemporaryFolder();
        var pixels = Enumerable.Range(0, 2 * 64).Select(i => (byte)(2 * i)).ToArray();
        File.WriteAllBytes(folder.Child("train-images-idx3-ubyte.gz"), Packed(Idx(8, pixels, 2, 8, 8)));
        File.WriteAllBytes(folder.Child("train-labels-idx1-ubyte"), Idx(8, [3, 7], 2));
        File.WriteAllBytes(folder.Child("t10k-images-idx3-ubyte"), Idx(8, pixels[..64], 1, 8, 8));
        File.WriteAllBytes(folder.Child("t10k-labels-idx1-ubyte"), Idx(8, [7], 1));

        var examples = ExampleReader.Read(folder.Path, ExampleFormat.Auto, Images).ToList();

        Assert.Equal([("7", ExamplePart.Test), ("3", ExamplePart.Train), ("7", ExamplePart.Train)], examples.Select(example => (example.Labels[0], example.Part!.Value)));
        // Decoded they are the pixels that were written.
        var fitted = new FittedPreprocessing { Columns = [new() { Settings = Images.Columns[0], Offsets = [0], Scales = [1] }] };
        var read = new Preprocessor(Images, fitted).Encode(examples[2].Values).Pixels;
        Assert.All(read, (value, i) => Assert.Equal(pixels[64 + i] / 255f, value, 1e-5f));
    }

    [Fact]
    public void Numbers_when_they_are_floats_are_columns_or_steps()
    {
        using var folder = new TemporaryFolder();
        var values = new byte[2 * 6 * 4];
        for (var i = 0; i < 12; i++)
            BinaryPrimitives.WriteSingleBigEndian(values.AsSpan(4 * i), i / 2f);
        File.WriteAllBytes(folder.Child("a-images.idx"), Idx(0x0d, values, 2, 3, 2));
        File.WriteAllBytes(folder.Child("a-labels.idx"), Idx(8, [0, 1], 2));
        var dense = Images with { Columns = [.. Enumerable.Range(0, 6).Select(i => new ColumnSettings { Name = $"n{i}", Kind = ColumnKind.Number })], Network = new() { Kind = NetworkKind.Dense } };
        var steps = Images with { Columns = [new() { Name = "steps", Kind = ColumnKind.Sequence }], Network = new() { Kind = NetworkKind.Recurrent } };

        Assert.Equal(new ExampleValue.Number(3.5), ExampleReader.Read(folder.Path, ExampleFormat.Idx, dense).Last().Values["n1"]);
        var read = (ExampleValue.Vectors)ExampleReader.Read(folder.Path, ExampleFormat.Idx, steps).Last().Values["steps"];
        Assert.Equal((2, 6, 5.5f), (read.Width, read.Values.Length, read.Values.Span[5]));
    }

    [Theory]
    [InlineData(new byte[] { 1, 0, 8, 3, 0 }, "begins with 01000803, expected 0000")]
    [InlineData(new byte[] { 0, 0, 7, 1, 0, 0, 0, 1, 0 }, "begins with 00000701, expected 0000")]
    [InlineData(new byte[] { 0, 0, 8 }, "has 3 bytes, expected an IDX file of at least 4")]
    [InlineData(new byte[] { 0, 0, 8, 3, 0, 0, 0, 1 }, "expected a header of 16: it is cut short")]
    [InlineData(new byte[] { 0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 8, 255, 255, 255, 255 }, "dimension 2 has size -1, expected at least 1")]
    [InlineData(new byte[] { 0, 0, 8, 3, 127, 255, 255, 255, 127, 255, 255, 255, 127, 255, 255, 255 }, "has 16 bytes, expected 9903520300447984150353281039")]
    [InlineData(new byte[] { 0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 8, 1 }, "has 17 bytes, expected 80 for 1 x 8 x 8 values")]
    [InlineData(new byte[] { 0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 5, 6 }, "has 1 labels for the 2 examples")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 1, 5 }, "it is 1, expected examples x height x width")]
    [InlineData(new byte[] { 31, 139, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 }, "train-images-idx3-ubyte")]
    public void File_when_wrong_is_refused_with_what_was_found(byte[] images, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Child("train-images-idx3-ubyte"), images);
        File.WriteAllBytes(folder.Child("train-labels-idx1-ubyte"), Idx(8, [3], 1));

        var error = Assert.Throws<InvalidDataException>(() => ExampleReader.Read(folder.Path, ExampleFormat.Auto, Images).ToList());

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pair_when_one_is_missing_or_a_gzip_is_a_bomb_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Child("train-images-idx3-ubyte"), Packed(Idx(8, new byte[1 << 20], 1, 1024, 1024)));

        var alone = Assert.Throws<InvalidDataException>(() => ExampleReader.Read(folder.Path, ExampleFormat.Auto, Images).ToList());
        File.WriteAllBytes(folder.Child("train-labels-idx1-ubyte"), Idx(8, [3], 1));
        var bomb = Assert.Throws<InvalidDataException>(() => ExampleReader.Read(folder.Path, ExampleFormat.Auto, Images, new() { MostUnfoldedBytes = 100_000 }).ToList());

        Assert.Contains("'train' has 1 files with images and 0 with labels", alone.Message, StringComparison.Ordinal);
        Assert.Contains("more than 100000 bytes", bomb.Message, StringComparison.Ordinal);
    }

    private static byte[] Idx(byte type, byte[] values, params int[] sizes)
    {
        var bytes = new byte[4 + (4 * sizes.Length) + values.Length];
        (bytes[2], bytes[3]) = (type, (byte)sizes.Length);
        for (var i = 0; i < sizes.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + (4 * i)), sizes[i]);
        values.CopyTo(bytes, 4 + (4 * sizes.Length));
        return bytes;
    }

    private static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest))
            stream.Write(bytes);
        return packed.ToArray();
    }
}
