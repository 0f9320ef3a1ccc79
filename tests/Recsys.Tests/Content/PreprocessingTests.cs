using System.Text.Json;
using Recsys.Content;
using Recsys.Content.Examples;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;
using Recsys.Content.Preprocessing.Texts;
using SkiaSharp;

namespace Recsys.Tests.Content;

/// <summary>What is learned from the training part, and what networks read of examples.</summary>
public sealed class PreprocessingTests
{
    [Fact]
    public void Numbers_when_fitted_are_scaled_by_the_training_part_alone()
    {
        var spec = SampleSpecs.Of(NetworkKind.Dense, new ColumnSettings { Name = "n" });
        LabelledExample[] examples = [Number(1), Number(3), Number(100, ExamplePart.Validation), Number(-50, ExamplePart.Test), SampleSpecs.Example([])];
        var fitted = PreprocessingFit.Fit(spec, TrainingPart.Of(examples));
        Assert.Equal([2.0], fitted.Columns[0].Offsets);
        Assert.Equal([1.0], fitted.Columns[0].Scales);

        var preprocessor = new Preprocessor(spec, fitted);
        AssertVector([0], [1f], Features(preprocessor, new ExampleValue.Number(3)));
        AssertVector([], [], Features(preprocessor, new ExampleValue.Number(2)));
        // Far away is cut, and finite.
        AssertVector([0], [1e6f], Features(preprocessor, new ExampleValue.Number(double.MaxValue)));
        // Unknown: the mean and a flag.
        var two = SampleSpecs.Of(NetworkKind.Dense, new ColumnSettings { Name = "n" }, new ColumnSettings { Name = "m" });
        var both = new Preprocessor(two, PreprocessingFit.Fit(two, TrainingPart.Of([SampleSpecs.Example([("n", new ExampleValue.Number(1)), ("m", new ExampleValue.Number(7))])])));
        AssertVector([0, 3], [1f, 1], both.Encode(new Dictionary<string, ExampleValue> { ["n"] = new ExampleValue.Number(2) }).Features);

        LabelledExample Number(double value, ExamplePart part = ExamplePart.Train) => SampleSpecs.Example([("n", new ExampleValue.Number(value))], part);
    }

    [Theory]
    [InlineData(NumberScaling.MinMax, 10, 0, 1)]
    [InlineData(NumberScaling.None, 10, 0, 10)]
    [InlineData(NumberScaling.Logarithm, 0, 1.1989476, -1)]
    public void Numbers_when_scaled_otherwise_are_that(NumberScaling scaling, double value, double offset, float expected)
    {
        var column = NumberColumn.Fit(new() { Name = "n", Scaling = scaling }, [0, 10]);
        Assert.Equal(offset, column.Offsets![0], 1e-6);
        var (indices, values) = (new List<int>(), new List<float>());
        new NumberColumn(column).Add(new ExampleValue.Number(value), 0, indices, values);
        Assert.Equal(expected, values[0], 1e-6f);
    }

    [Fact]
    public void Examples_when_not_split_are_refused_by_the_fit()
    {
        var unsplit = SampleSpecs.Example([], part: null);
        Assert.Contains("line 1 has no part", Assert.Throws<InvalidDataException>(() => TrainingPart.Of([unsplit])).Message, StringComparison.Ordinal);
        Assert.Contains("no training example", Assert.Throws<InvalidDataException>(() => TrainingPart.Of([SampleSpecs.Example([], ExamplePart.Test)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Categories_when_fitted_are_the_most_frequent_and_one_for_all_others()
    {
        var spec = SampleSpecs.Of(NetworkKind.Dense, new ColumnSettings { Name = "c", Kind = ColumnKind.Category, Vocabulary = 2, Separator = "," });
        var fitted = PreprocessingFit.Fit(spec, TrainingPart.Of(new[] { "b, a", "b", "c,a,a", "d" }.Select(text => SampleSpecs.Example([("c", new ExampleValue.Text(text))]))));
        Assert.Equal(["a", "b"], fitted.Columns[0].Categories);
        var preprocessor = new Preprocessor(spec, fitted);
        AssertVector([0, 2], [1f, 1], Features(preprocessor, new ExampleValue.Texts(["a", "x", "y"]), "c"));
        AssertVector([1], [1f], Features(preprocessor, new ExampleValue.Text(" b ,"), "c"));
        AssertVector([2], [1f], Features(preprocessor, new ExampleValue.Number(7), "c"));
    }

    [Fact]
    public void Sequences_when_read_are_the_newest_steps_and_never_none()
    {
        var spec = SampleSpecs.Of(NetworkKind.Recurrent, new ColumnSettings { Name = "s", Kind = ColumnKind.Sequence, MaxLength = 3 });
        var fitted = PreprocessingFit.Fit(spec, TrainingPart.Of([SampleSpecs.Example([("s", new ExampleValue.Texts(["a", "a", "b"]))])]));
        Assert.Equal(3, fitted.Sizes(spec, 2).Ids);
        var preprocessor = new Preprocessor(spec, fitted);
        Assert.Equal([2, 0, 1], Encode(new ExampleValue.Texts(["a", "b", "x", "a"])).Ids);
        Assert.Equal([0], Encode(new ExampleValue.Texts([])).Ids);
        NetworkInput Encode(ExampleValue value) => preprocessor.Encode(new Dictionary<string, ExampleValue> { ["s"] = value });
    }

    [Fact]
    public void Vectors_when_read_are_scaled_place_by_place()
    {
        var spec = SampleSpecs.Of(NetworkKind.Recurrent, new ColumnSettings { Name = "s", Kind = ColumnKind.Sequence, MaxLength = 1 });
        var fitted = PreprocessingFit.Fit(spec, TrainingPart.Of([SampleSpecs.Example([("s", new ExampleValue.Vectors(new float[] { 1, 5, 3, 5 }, 2))])]));
        Assert.Equal(2, fitted.Sizes(spec, 2).StepWidth);
        var preprocessor = new Preprocessor(spec, fitted);
        // The second place was always the same: nothing to scale it by.
        Assert.Equal([2f, 1], preprocessor.Encode(new Dictionary<string, ExampleValue> { ["s"] = new ExampleValue.Vectors(new float[] { 9, 9, 4, 6 }, 2) }).Vectors);
        Assert.Equal([0f, 0], preprocessor.Encode(new Dictionary<string, ExampleValue> { ["s"] = new ExampleValue.Vectors(default, 2) }).Vectors);
    }

    [Fact]
    public void Texts_when_read_are_joined_with_one_id_between_and_never_empty()
    {
        ColumnSettings[] columns = [new() { Name = "t", Kind = ColumnKind.Text, Vocabulary = 600, MaxLength = 2 }, new() { Name = "d", Kind = ColumnKind.Text }];
        var spec = SampleSpecs.Of(NetworkKind.Text, columns);
        var fitted = PreprocessingFit.Fit(spec, TrainingPart.Of(Enumerable.Range(0, 5).Select(_ => Example("Red dragon", "<b>Blue</b> castle"))));
        Assert.Equal(fitted.Pieces!.Count(), fitted.Sizes(spec, 2).Ids);
        Assert.Equal(["blue", "castle", "dragon", "red", "blue castle", "red dragon"], fitted.Words!.Terms);

        var preprocessor = new Preprocessor(spec, fitted);
        var (pieces, input) = (new WordPieces(fitted.Pieces), preprocessor.Encode(Example("red dragon red dragon", "BLUE").Values));
        Assert.Equal([.. pieces.Encode("red dragon", 9), WordPieceVocabulary.Between, .. pieces.Encode("blue", 9)], input.Ids);
        Assert.Equal(4, input.Features.Indices.Length);
        Assert.Equal([WordPieceVocabulary.Between], preprocessor.Encode(new Dictionary<string, ExampleValue> { ["t"] = new ExampleValue.Text("") }).Ids);

        static LabelledExample Example(string title, string description) => SampleSpecs.Example([("t", new ExampleValue.Text(title)), ("d", new ExampleValue.Text(description))]);
    }

    [Fact]
    public void Images_when_read_have_the_training_part_s_mean_taken_off_each_channel()
    {
        var spec = SampleSpecs.Of(NetworkKind.Convolutional, new ColumnSettings { Name = "i", Kind = ColumnKind.Image, Width = 8, Height = 8 });
        LabelledExample[] examples = [Image(new(0, 255, 51)), Image(new(255, 255, 51)), Image(SKColors.Black, ExamplePart.Test)];
        var fitted = PreprocessingFit.Fit(spec, TrainingPart.Of(examples));
        Assert.Equal([0.5, 1, 0.2], fitted.Columns[0].Offsets!.Select(value => Math.Round(value, 5)));
        var pixels = new Preprocessor(spec, fitted).Encode(examples[0].Values).Pixels;
        Assert.Equal(-1, pixels[0], 1e-4f);
        Assert.Equal(0, pixels[100], 1e-4f);

        static LabelledExample Image(SKColor colour, ExamplePart part = ExamplePart.Train) => SampleSpecs.Example([("i", new ExampleValue.Image(SampleImages.Encode(10, 10, (_, _) => colour)))], part);
    }

    [Fact]
    public void Fitted_preprocessing_when_written_and_read_gives_the_same_values()
    {
        ColumnSettings[] columns = [new() { Name = "n", Scaling = NumberScaling.Logarithm }, new() { Name = "c", Kind = ColumnKind.Category }, new() { Name = "t", Kind = ColumnKind.Text, Vocabulary = 50 }];
        var spec = SampleSpecs.Of(NetworkKind.Dense, columns);
        var random = new Random(2);
        var examples = Enumerable.Range(0, 40).Select(i => SampleSpecs.Example(
            [("n", new ExampleValue.Number(random.NextDouble() * 1000)), ("c", new ExampleValue.Text($"k{i % 7}")), ("t", new ExampleValue.Text($"word{i % 5} w\u00F6rd{i % 3} \u00ABquote\u00BB"))])).ToList();
        var fitted = PreprocessingFit.Fit(spec, TrainingPart.Of(examples));
        var json = JsonSerializer.SerializeToUtf8Bytes(fitted, ContentJson.Default.FittedPreprocessing);
        var read = JsonSerializer.Deserialize(json, ContentJson.Default.FittedPreprocessing)!;
        Assert.Null(read.Problem(spec));
        var (before, after) = (new Preprocessor(spec, fitted), new Preprocessor(spec, read));
        foreach (var example in examples)
        {
            var (expected, found) = (before.Encode(example.Values).Features, after.Encode(example.Values).Features);
            Assert.Equal(expected.Indices, found.Indices);
            Assert.Equal(expected.Values, found.Values);
            Assert.Equal(expected.Indices.Order().Distinct(), expected.Indices);
        }
    }

    [Fact]
    public void Value_when_wrong_is_named_with_its_column_and_what_was_expected()
    {
        var dense = Preprocessor(NetworkKind.Dense, [new() { Name = "n" }, new() { Name = "t", Kind = ColumnKind.Text }], [("n", new ExampleValue.Number(1)), ("t", new ExampleValue.Text("a"))]);
        Assert.Equal("n is NaN, expected a finite number", Problem(dense, "n", new ExampleValue.Number(double.NaN)));
        Assert.Equal("n is a text, expected a number", Problem(dense, "n", new ExampleValue.Text("1")));
        Assert.Equal("t is an image, expected a text", Problem(dense, "t", new ExampleValue.Image(default)));
        Assert.Equal("t has 1000001 characters, expected at most 1000000", Problem(dense, "t", new ExampleValue.Text(new('x', 1_000_001))));
        Assert.Equal("there is none of the columns n, t: expected at least one", Problem(dense, "x", new ExampleValue.Number(1)));
        Assert.Null(Problem(dense, "t", new ExampleValue.Text("b")));

        var recurrent = Preprocessor(NetworkKind.Recurrent, [new() { Name = "s", Kind = ColumnKind.Sequence }], [("s", new ExampleValue.Vectors(new float[] { 1, 2 }, 2))]);
        Assert.Equal("s has vectors of 3 values, expected 2", Problem(recurrent, "s", new ExampleValue.Vectors(new float[] { 1, 2, 3 }, 3)));
        Assert.Equal("s has 3 values, expected a multiple of 2: whole vectors", Problem(recurrent, "s", new ExampleValue.Vectors(new float[] { 1, 2, 3 }, 2)));
        Assert.Equal("s holds Infinity in step 1, expected finite numbers", Problem(recurrent, "s", new ExampleValue.Vectors(new[] { 1, 2, 3, float.PositiveInfinity }, 2)));

        var cover = SampleImages.Encode(64, 64, (x, y) => new((uint)((x * 7919) ^ (y * 104729)) | 0xFF000000), SKEncodedImageFormat.Jpeg);
        var image = Preprocessor(NetworkKind.Convolutional, [new() { Name = "cover", Kind = ColumnKind.Image }], [("cover", new ExampleValue.Image(cover))]);
        Assert.Equal("cover: the image is empty, expected a JPEG, PNG or WebP", Problem(image, "cover", new ExampleValue.Image(default)));
        Assert.Equal("cover is a number, expected an image", Problem(image, "cover", new ExampleValue.Number(1)));
        var cut = new Dictionary<string, ExampleValue> { ["cover"] = new ExampleValue.Image(cover.AsMemory(0, cover.Length / 2)) };
        Assert.StartsWith("cover: the image can't be decoded", Assert.Throws<InvalidDataException>(() => image.Encode(cut)).Message, StringComparison.Ordinal);

        static string? Problem(Preprocessor preprocessor, string column, ExampleValue value) => preprocessor.Problem(new Dictionary<string, ExampleValue> { [column] = value });
    }

    [Fact]
    public void Training_example_when_wrong_is_named_by_its_origin()
    {
        var spec = SampleSpecs.Of(NetworkKind.Dense, new ColumnSettings { Name = "n" });
        var part = TrainingPart.Of([SampleSpecs.Example([("n", new ExampleValue.Number(1))]), SampleSpecs.Example([("n", new ExampleValue.Text("x"))], origin: "line 2")]);
        Assert.Equal("line 2: n is a text, expected a number.", Assert.Throws<InvalidDataException>(() => PreprocessingFit.Fit(spec, part)).Message);
    }

    [Fact]
    public void Target_when_fitted_is_the_labels_with_enough_examples_or_the_number_s_scale()
    {
        var spec = SampleSpecs.Of(NetworkKind.Dense, new ColumnSettings { Name = "n" });
        LabelledExample[] examples = [.. new[] { "b", "a", "b", "a", "rare" }.Select(label => SampleSpecs.Example([], label: label))];
        Assert.Equal(["a", "b"], FittedTarget.Fit(spec, TrainingPart.Of(examples)).Labels);
        Assert.Contains("expected at least 2 that do", Assert.Throws<InvalidDataException>(() => FittedTarget.Fit(spec, TrainingPart.Of(examples[4..]))).Message, StringComparison.Ordinal);

        var number = spec with { Network = spec.Network with { Task = NetworkTask.Number } };
        var target = FittedTarget.Fit(number, TrainingPart.Of([SampleSpecs.Example([], target: 1), SampleSpecs.Example([], target: 5), SampleSpecs.Example([], ExamplePart.Test, target: 900)]));
        Assert.Equal((3.0, 2.0, 1), (target.Mean, target.Deviation, target.Outputs()));
        Assert.Contains("the target is NaN", Assert.Throws<InvalidDataException>(() => FittedTarget.Fit(number, TrainingPart.Of([SampleSpecs.Example([], target: double.NaN)]))).Message, StringComparison.Ordinal);
    }

    private static Preprocessor Preprocessor(NetworkKind kind, ColumnSettings[] columns, (string, ExampleValue)[] example)
    {
        var spec = SampleSpecs.Of(kind, columns);
        return new(spec, PreprocessingFit.Fit(spec, TrainingPart.Of([SampleSpecs.Example(example)])));
    }

    private static SparseVector Features(Preprocessor preprocessor, ExampleValue value, string column = "n") =>
        preprocessor.Encode(new Dictionary<string, ExampleValue> { [column] = value }).Features;

    private static void AssertVector(int[] indices, float[] values, SparseVector found)
    {
        Assert.Equal(indices, found.Indices);
        Assert.Equal(values, found.Values);
    }
}
