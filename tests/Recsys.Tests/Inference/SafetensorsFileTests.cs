using System.Text;
using CsCheck;
using Recsys.Inference.Artefacts;

namespace Recsys.Tests.Inference;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tensors_of_all_shapes_are_read_back() => Gen.Int[0, 1_000_000].Sample(seed =>
    {
        var random = new Random(seed);
        var tensors = Enumerable.Range(0, random.Next(6)).Select(i =>
        {
            int[] shape = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(5))];
            var values = new float[shape.Aggregate(1, (product, size) => product * size)];
            for (var v = 0; v < values.Length; v++) values[v] = random.NextSingle();
            return new NamedTensor($"tensor \"{i}\" ä", shape, values);
        }).ToArray();
        var path = _folder.Child($"{Guid.NewGuid():N}");
        using (var stream = File.Create(path)) SafetensorsWriter.Write(stream, tensors);
        var file = SafetensorsFile.Open(path);
        Assert.Equal(tensors.Select(tensor => tensor.Name).Order(), file.Names.Order());
        foreach (var tensor in tensors) Assert.Equal(tensor.Values.ToArray(), file.Copy(new(tensor.Name, tensor.Shape)));
    }, iter: 100);

    [Theory]
    [InlineData("", 0, "the header is not valid")]
    [InlineData("[]", 0, "not a JSON object")]
    [InlineData("{}", 4, "4 bytes of data are in the file")]
    [InlineData("{} {}", 0, "the header is not valid")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}""", 4, "'a' is given twice")]
    [InlineData("""{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}""", 2, "'a' has dtype F16, expected F32 or I32")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, "'a' has dtype (none)")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "'a' has no shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "'a' has no valid data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "'a' has no valid data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "'a' has an array of more than 2 numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "'a' has a number that is not a whole number")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "'a' has a number that is not a whole number")]
    [InlineData("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "the header is not valid")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "'a' [2] takes 4 bytes, expected 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "'a' [4294967296, 4294967296] has more than")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "'a' begins at 4, expected 0: holes are not allowed")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "the tensors take 8 bytes, but 4 bytes of data")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":{}}}""", 4, "'a' has an unknown property 'more'")]
    [InlineData("""{"a":[]}""", 0, "'a' is not described by an object")]
    [InlineData("""{"a":{"dtype":"F32","shape":[[[[[[[[[[1]]]]]]]]]],"data_offsets":[0,4]}}""", 4, "the header is not valid")]
    public void A_hostile_header_is_refused_with_the_reason(string json, int dataBytes, string message)
    {
        var padded = json.PadRight((json.Length + 3) / 4 * 4);
        var path = Write((ulong)padded.Length, padded, dataBytes);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => { SafetensorsFile.Open(path); }).Message);
    }

    [Theory]
    [InlineData(100_000_001, "the header claims 100000001 bytes")]
    [InlineData(ulong.MaxValue, "the header claims 18446744073709551615 bytes")]
    [InlineData(13, "the header claims 13 bytes, expected at most 12")]
    [InlineData(3, "the data starts at byte 11, expected a multiple of 4")]
    public void A_header_longer_than_the_file_is_refused(ulong length, string message)
    {
        var path = Write(length, "{}          ", 0);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => { SafetensorsFile.Open(path); }).Message);
    }

    [Theory]
    [InlineData(0, "is empty")]
    [InlineData(7, "has 7 bytes, expected at least 8")]
    public void A_file_without_room_for_a_header_is_refused(int bytes, string message)
    {
        var path = _folder.Child("short");
        File.WriteAllBytes(path, new byte[bytes]);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => { SafetensorsFile.Open(path); }).Message);
    }

    [Fact]
    public void Integers_are_read_back_and_not_taken_for_floats()
    {
        var path = _folder.Child("integers");
        int[] values = [int.MinValue, -1, 0, 7, int.MaxValue, 42];
        using (var stream = File.Create(path)) SafetensorsWriter.Write(stream, [new("floats", [1], new[] { 1.5f }), NamedTensor.OfIntegers("ints", [2, 3], values)]);
        var file = SafetensorsFile.Open(path);
        Assert.Equal(values, file.CopyIntegers(new("ints", [2, 3])));
        Assert.Equal([1.5f], file.Copy(new("floats", [1])));
        Assert.Equal([2, 3], file.ShapeOf("ints")!);
        Assert.Null(file.ShapeOf("others"));
        Assert.Contains("'ints' has dtype I32, expected F32", Assert.Throws<InvalidDataException>(() => file.Copy(new("ints", [2, 3]))).Message);
        Assert.Contains("'floats' has dtype F32, expected I32", Assert.Throws<InvalidDataException>(() => file.CopyIntegers(new("floats", [1]))).Message);
    }

    [Fact]
    public void Mutated_files_are_read_or_refused_but_never_crash()
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, [new("a", [2, 3], new float[6]), new("b", [4], new float[4])]);
        var valid = stream.ToArray();
        Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte, Gen.Int[0, valid.Length - 1], Gen.Byte).Sample((at, value, at2, value2) =>
        {
            byte[] bytes = [.. valid];
            (bytes[at], bytes[at2]) = (value, value2);
            var path = _folder.Child($"{Guid.NewGuid():N}");
            File.WriteAllBytes(path, bytes);
            try
            {
                SafetensorsFile.Open(path).Copy(new("a", [2, 3]));
            }
            catch (InvalidDataException)
            {
                // Refused: as good as read.
            }

            File.Delete(path);
        }, iter: 500);
    }

    private string Write(ulong headerLength, string json, int dataBytes)
    {
        var path = _folder.Child($"{Guid.NewGuid():N}");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes(headerLength), .. Encoding.UTF8.GetBytes(json), .. new byte[dataBytes]]);
        return path;
    }
}
