using System.IO.Compression;
using System.Text;
using Recsys.Content.Examples;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;

namespace Recsys.TrainingTests.Examples;

public sealed class ExampleReaderTests
{
    private static readonly NetworkSpec Table = new()
    {
        Columns =
        [
            new() { Name = "age", Kind = ColumnKind.Number },
            new() { Name = "text", Kind = ColumnKind.Text },
            new() { Name = "steps", Kind = ColumnKind.Sequence },
            new() { Name = "cover", Kind = ColumnKind.Image },
        ],
        Target = "class",
        PartColumn = "part",
        Network = new() { Kind = NetworkKind.Dense },
    };

    [Theory]
    [InlineData("set.csv", false)]
    [InlineData("set.csv.gz", true)]
    public void Csv_when_read_gives_values_labels_parts_and_origins(string name, bool packed)
    {
        using var folder = new TemporaryFolder();
        Write(folder.Child(name), "class,age,text,steps,other,cover,part\r\nred,1.5,\"a \"\"b\"\",\nc\",x y,1,AQI=,test\r\nblue,,,,,,\r\n", packed);

        var examples = ExampleReader.Read(folder.Child(name), ExampleFormat.Auto, Table).ToList();

        Assert.Equal(2, examples.Count);
        Assert.Equal((ExamplePart.Test, "line 2", "red"), (examples[0].Part!.Value, examples[0].Origin, Assert.Single(examples[0].Labels)));
        Assert.Equal(new ExampleValue.Number(1.5), examples[0].Values["age"]);
        Assert.Equal(new ExampleValue.Text("a \"b\",\nc"), examples[0].Values["text"]);
        Assert.Equal(["x", "y"], ((ExampleValue.Texts)examples[0].Values["steps"]).Values);
        Assert.Equal([1, 2], ((ExampleValue.Image)examples[0].Values["cover"]).Encoded.ToArray());
        Assert.Equal((null, "line 4"), (examples[1].Part, examples[1].Origin));
        Assert.Empty(examples[1].Values);
    }

    [Fact]
    public void Json_lines_when_read_give_arrays_as_sequences_and_labels()
    {
        using var folder = new TemporaryFolder();
        var spec = Table with { LabelSeparator = ", ", Network = Table.Network with { Task = NetworkTask.Labels } };
        File.WriteAllText(folder.Child("set.jsonl"), """
            {"class": ["red", "blue", "red"], "age": 3, "steps": [[1, 2], [3, 4]], "cover": null}
            {"class": "red, green", "text": "words", "steps": [5, 6, 7]}

            {"class": [], "text": true, "steps": ["a", "b"], "cover": "AQI="}
            """);

        var examples = ExampleReader.Read(folder.Child("set.jsonl"), ExampleFormat.Auto, spec).ToList();

        Assert.Equal([["red", "blue"], ["red", "green"], []], examples.Select(example => example.Labels));
        Assert.Equal(["line 1", "line 2", "line 4"], examples.Select(example => example.Origin));
        var vectors = (ExampleValue.Vectors)examples[0].Values["steps"];
        Assert.Equal((2, 4), (vectors.Width, vectors.Values.Length));
        Assert.Equal(1, ((ExampleValue.Vectors)examples[1].Values["steps"]).Width);
        Assert.Equal(["a", "b"], ((ExampleValue.Texts)examples[2].Values["steps"]).Values);
        Assert.False(examples[0].Values.ContainsKey("cover"));
        Assert.Equal(new ExampleValue.Text("true"), examples[2].Values["text"]);
    }

    [Theory]
    [InlineData("age,text,steps,cover,part\n", "line 1: there is no column 'class', expected it among age, text")]
    [InlineData("class,age,age,text,steps,cover,part\n", "line 1: column 'age' is there twice")]
    [InlineData("class,age,text,steps,cover,part\nred,1,,,,\nred,1,,,\n", "line 3: it has 5 columns, expected 6")]
    [InlineData("class,age,text,steps,cover,part\nred,NaN,,,,\n", "line 2: age is 'NaN', expected a finite number")]
    [InlineData("class,age,text,steps,cover,part\nred,1e999,,,,\n", "line 2: age is '1e999', expected a finite number")]
    [InlineData("class,age,text,steps,cover,part\nred,ten,,,,\n", "line 2: age is 'ten', expected a finite number")]
    [InlineData("class,age,text,steps,cover,part\n ,1,,,,\n", "line 2: class is empty, expected one class")]
    [InlineData("class,age,text,steps,cover,part\nred,1,,,,dev\n", "line 2: part is 'dev', expected train, validation or test")]
    [InlineData("class,age,text,steps,cover,part\nred,1,,,***,\n", "line 2: cover is '***', expected an image in base64")]
    [InlineData("class,age,text,steps,cover,part\nred,1,\"open,,,\nred,1,,,,\n", "line 2: a quote isn't closed")]
    [InlineData("", "set.csv is empty, expected a header")]
    public void Csv_when_wrong_is_refused_with_line_field_value_and_expectation(string text, string expected) => Refused("set.csv", Encoding.UTF8.GetBytes(text), Table, expected);

    [Theory]
    [InlineData("{\"class\": \"red\", \"age\": 1", "line 1: it is not JSON")]
    [InlineData("[1]", "line 1: it is of type Array, expected a JSON object")]
    [InlineData("{\"age\": 1}", "line 1: class is missing, expected one class")]
    [InlineData("{\"class\": \"red\", \"age\": 1, \"age\": 2}", "line 1: it is not JSON")]
    [InlineData("{\"class\": \"red\", \"age\": \"Infinity\"}", "line 1: age is 'Infinity', expected a finite number")]
    [InlineData("{\"class\": \"red\", \"age\": [1]}", "line 1: age is an array, expected one number")]
    [InlineData("{\"class\": [\"red\", \"blue\"]}", "line 1: class is 2 classes, expected one class")]
    [InlineData("{\"class\": \"red\", \"steps\": [[1, 2], [3]]}", "line 1: steps[1] has 1 numbers, expected 2")]
    [InlineData("{\"class\": \"red\", \"steps\": [1, 1e99]}", "line 1: steps[1] is 1e99, expected a finite number")]
    [InlineData("{\"class\": \"red\", \"text\": {\"a\": 1}}", "line 1: text is {\"a\": 1}, expected a text")]
    [InlineData("{\"class\": \"red\", \"part\": \"holdout\"}", "line 1: part is 'holdout', expected train, validation or test")]
    [InlineData("{\"class\": \"red\", \"age\": 1}", "no example has 'text'")]
    public void Json_lines_when_wrong_are_refused_with_line_field_value_and_expectation(string text, string expected) =>
        Refused("set.jsonl", Encoding.UTF8.GetBytes(text), Table, expected);

    [Fact]
    public void Line_when_far_too_long_is_refused_in_bounded_memory()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Child("set.csv.gz");
        using (var stream = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            stream.Write("class,age,text,steps,cover,part\nred,1,"u8);
            var block = new byte[1 << 20];
            block.AsSpan().Fill((byte)'x');
            for (var i = 0; i < 256; i++)
                stream.Write(block);
        }
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var error = Assert.Throws<InvalidDataException>(() => ExampleReader.Read(path, ExampleFormat.Auto, Table).ToList());

        Assert.Contains("line 2: the line has more than 8388608 bytes", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 64 << 20);
    }

    [Fact]
    public void Examples_when_more_than_the_limits_are_refused()
    {
        using var folder = new TemporaryFolder();
        Write(folder.Child("set.csv"), "class,age,text,steps,cover,part\n" + string.Concat(Enumerable.Repeat("red,1,words,,,\n", 100)), packed: false);

        var many = Assert.Throws<InvalidDataException>(() => ExampleReader.Read(folder.Child("set.csv"), ExampleFormat.Csv, Table, new() { MostExamples = 99 }).ToList());
        var large = Assert.Throws<InvalidDataException>(() => ExampleReader.Read(folder.Child("set.csv"), ExampleFormat.Csv, Table, new() { MostBytes = 2000 }).ToList());

        Assert.Contains("more than 99 examples", many.Message, StringComparison.Ordinal);
        Assert.Contains("more than 2000 bytes", large.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_data_when_damaged_or_of_another_name_is_refused()
    {
        using var folder = new TemporaryFolder();
        Write(folder.Child("set.csv.gz"), "class,age,text,steps,cover,part\n" + string.Concat(Enumerable.Range(0, 9000).Select(i => $"red,{i * 7919},,,,\n")), packed: true);
        var bytes = File.ReadAllBytes(folder.Child("set.csv.gz"));

        Refused("set.csv.gz", bytes[..(bytes.Length / 2)], Table, "line ");
        Refused("set.bin", bytes, Table, "its name does not say its format, expected .csv");
    }

    private static void Refused(string name, byte[] bytes, NetworkSpec spec, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Child(name), bytes);

        var error = Assert.Throws<InvalidDataException>(() => ExampleReader.Read(folder.Child(name), ExampleFormat.Auto, spec).ToList());

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    private static void Write(string path, string text, bool packed)
    {
        using Stream file = packed ? new GZipStream(File.Create(path), CompressionLevel.Fastest) : File.Create(path);
        file.Write(Encoding.UTF8.GetBytes(text));
    }
}
