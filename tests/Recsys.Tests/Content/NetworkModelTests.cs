using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Recsys.Content.Examples;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;
using Recsys.Inference.Artefacts;
using Recsys.Tests.Inference;

namespace Recsys.Tests.Content;

/// <summary>Artefacts of networks: written, read, refused, asked.</summary>
public sealed class NetworkModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Model => _folder.Child("model");

    private string ManifestPath => Path.Combine(Model, "manifest.json");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(NetworkKind.Dense)]
    [InlineData(NetworkKind.Convolutional)]
    [InlineData(NetworkKind.Recurrent)]
    [InlineData(NetworkKind.Text)]
    public void Network_when_written_and_opened_answers_as_its_weights_do(NetworkKind kind)
    {
        var (spec, fitted, examples) = Sample(kind);
        var manifest = Write(spec, fitted);
        var model = NetworkModel.Open(Model);
        Assert.Equal(Encoding.UTF8.GetString(manifest.ToJson()), Encoding.UTF8.GetString(model.Artefact.Manifest.ToJson()));

        var sizes = fitted.Sizes(spec, 3);
        var tensors = NetworkSamples.Named(spec.Network, sizes, 1).ToDictionary(tensor => tensor.Name, tensor => tensor.Values.ToArray());
        var predictions = model.Predict(examples);
        for (var i = 0; i < examples.Length; i++)
        {
            Assert.Null(model.ExampleProblem(examples[i]));
            var logits = new NetworkOracle(spec.Network, sizes, name => tensors[name]).Logits(new Preprocessor(spec, fitted).Encode(examples[i].Values));
            var sum = logits.Sum(logit => Math.Exp(logit));
            Assert.Equal(["a", "b", "c"], predictions[i].Labels.Select(label => label.Label).Order());
            foreach (var label in predictions[i].Labels) Assert.Equal(Math.Exp(logits[label.Label[0] - 'a']) / sum, label.Probability, 1e-5);
            Assert.Equal(predictions[i].Labels.OrderByDescending(label => label.Probability), predictions[i].Labels);
            Assert.Equal([true, false, false], predictions[i].Labels.Select(label => label.IsTold));
            // Alone, beside others, and from another opening: the same bits.
            Assert.Equal(predictions[i].Labels, NetworkModel.Open(Model).Predict([examples[i]])[0].Labels);
        }

        Assert.NotEqual(predictions[0].Labels, predictions[1].Labels);
    }

    [Fact]
    public void Labels_when_told_go_through_their_calibration_and_thresholds()
    {
        var (spec, fitted, examples) = Sample(NetworkKind.Dense, NetworkTask.Labels);
        var plain = Predict(manifest => manifest, "plain");
        var calibrated = Predict(
            manifest => manifest with { Calibration = new() { Slopes = [2, 1, 1], Intercepts = [0.5f, 0, 0] }, Thresholds = [0.5, 0, 1] }, "calibrated");
        double p = plain.Labels.Single(label => label.Label == "a").Probability;
        var logit = Math.Log(p / (1 - p));
        Assert.Equal(1 / (1 + Math.Exp(-(2 * logit) - 0.5)), calibrated.Labels.Single(label => label.Label == "a").Probability, 1e-5);
        Assert.True(calibrated.Labels.Single(label => label.Label == "b").IsTold);
        Assert.False(calibrated.Labels.Single(label => label.Label == "c").IsTold);
        Assert.All(plain.Labels, label => Assert.Equal(label.Probability >= 0.5, label.IsTold));

        Prediction Predict(Func<NetworkManifest, NetworkManifest> change, string name)
        {
            var tensors = NetworkSamples.Named(spec.Network, fitted.Sizes(spec, 3), 1);
            NetworkArtefactWriter.Write(_folder.Child(name), change(SampleSpecs.Manifest(spec, new() { Labels = ["a", "b", "c"] })), fitted, tensors);
            return NetworkModel.Open(_folder.Child(name)).Predict(examples)[0];
        }
    }

    [Fact]
    public void Temperature_when_high_makes_the_classes_alike()
    {
        var (spec, fitted, examples) = Sample(NetworkKind.Dense);
        Write(spec, fitted, manifest => manifest with { Calibration = NetworkCalibration.OfTemperature(1000) });
        Assert.All(NetworkModel.Open(Model).Predict(examples)[0].Labels, label => Assert.Equal(1 / 3f, label.Probability, 0.002f));
    }

    [Fact]
    public void Number_when_told_is_in_its_unit()
    {
        var (spec, fitted, examples) = Sample(NetworkKind.Dense, NetworkTask.Number);
        var sizes = fitted.Sizes(spec, 1);
        var tensors = NetworkSamples.Named(spec.Network, sizes, 1);
        NetworkArtefactWriter.Write(Model, SampleSpecs.Manifest(spec, new() { Labels = [], Mean = 50, Deviation = 10 }), fitted, tensors);
        var output = new NetworkOracle(spec.Network, sizes, name => tensors.Single(t => t.Name == name).Values.ToArray()).Logits(new Preprocessor(spec, fitted).Encode(examples[0].Values));
        var prediction = NetworkModel.Open(Model).Predict(examples)[0];
        Assert.Empty(prediction.Labels);
        Assert.Equal(50 + (10 * output[0]), prediction.Number, 1e-3);
    }

    [Fact]
    public void Example_when_wrong_is_named_by_its_place_and_column()
    {
        var (spec, fitted, examples) = Sample(NetworkKind.Dense);
        Write(spec, fitted);
        var model = NetworkModel.Open(Model);
        var wrong = new Example(new Dictionary<string, ExampleValue> { ["n"] = new ExampleValue.Number(double.PositiveInfinity) });
        Assert.Equal("n is Infinity, expected a finite number", model.ExampleProblem(wrong));
        Assert.Equal("examples[1]: n is Infinity, expected a finite number.", Assert.Throws<InvalidDataException>(() => model.Predict([examples[0], wrong])).Message);
    }

    [Fact]
    public async Task Model_when_asked_by_many_threads_answers_each_as_alone()
    {
        var (spec, fitted, examples) = Sample(NetworkKind.Convolutional);
        Write(spec, fitted);
        var model = NetworkModel.Open(Model);
        var expected = model.Predict(examples).Select(prediction => prediction.Labels).ToList();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => model.Predict(examples))));
        Assert.All(answers, answer => Assert.Equal(expected, answer.Select(prediction => prediction.Labels)));
    }

    [Fact]
    public void Writer_when_something_does_not_fit_refuses_it_and_leaves_nothing()
    {
        var (spec, fitted, _) = Sample(NetworkKind.Dense);
        var tensors = NetworkSamples.Named(spec.Network, fitted.Sizes(spec, 3), 1);
        var manifest = SampleSpecs.Manifest(spec, new() { Labels = ["a", "b", "c"] });
        Refused("'output.bias' [3] is missing", manifest, [.. tensors.Where(tensor => tensor.Name != "output.bias")]);
        Refused("'extra' is unknown", manifest, [.. tensors, new("extra", [1], new float[1])]);
        Refused("'output.bias' has shape [2], expected 'output.bias' [3]", manifest, [.. tensors.Select(t => t.Name == "output.bias" ? new(t.Name, [2], new float[2]) : t)]);
        Refused("'output.bias' holds NaN", manifest, [.. tensors.Select(t => t.Name == "output.bias" ? t with { Values = new[] { 0, 1, float.NaN } } : t)]);
        Refused("target.labels are 1, expected 2 to 10000", manifest with { Target = new() { Labels = ["a"] } }, tensors);
        Refused("calibration.slopes hold 0", manifest with { Calibration = new() { Slopes = [0], Intercepts = [] } }, tensors);
        Refused("spec.network.epochs is 0", manifest with { Spec = spec with { Network = spec.Network with { Epochs = 0 } } }, tensors);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
        Write(spec, fitted);
        Assert.Contains("exists already", Assert.Throws<IOException>(() => { Write(spec, fitted); }).Message, StringComparison.Ordinal);

        void Refused(string message, NetworkManifest manifest, List<NamedTensor> given) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => { NetworkArtefactWriter.Write(Model, manifest, fitted, given); }).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("weights.safetensors")]
    [InlineData("preprocessing.json")]
    public void File_when_changed_missing_or_cut_is_refused(string name)
    {
        var (spec, fitted, _) = Sample(NetworkKind.Dense);
        Write(spec, fitted);
        var path = Path.Combine(Model, name);
        var bytes = File.ReadAllBytes(path);
        bytes[^3] ^= 1;
        File.WriteAllBytes(path, bytes);
        Refused("it was changed or damaged");
        File.WriteAllBytes(path, bytes[..^1]);
        Refused("bytes, the manifest says");
        File.Delete(path);
        Refused($"{name} is missing");
    }

    [Theory]
    [InlineData("format", "2", "is of format 2, this version reads format 1")]
    [InlineData("kind", "\"session\"", "is of kind 'session', expected 'network'")]
    [InlineData("spec", "null", "a field is null")]
    [InlineData("created", "\"soon\"", "is not valid")]
    [InlineData("files", "{}", "the manifest does not list preprocessing.json")]
    [InlineData("target", """{"labels":["a","a","b"],"mean":0,"deviation":1}""", "labels hold an empty one, or one twice")]
    [InlineData("target", """{"labels":["a","b"],"mean":0,"deviation":1}""", "'output.weight' has shape [3, 64], expected 'output.weight' [2, 64]")]
    [InlineData("calibration", """{"slopes":[-1],"intercepts":[]}""", "slopes hold -1, expected finite numbers above 0")]
    [InlineData("thresholds", "[0.5]", "thresholds are 1, expected none or 0")]
    [InlineData("reports", "[null]", "hold null")]
    public void Manifest_when_of_something_else_is_refused(string property, string value, string message)
    {
        var (spec, fitted, _) = Sample(NetworkKind.Dense);
        Write(spec, fitted);
        Edit(json => json[property] = JsonNode.Parse(value));
        Refused(message);
    }

    [Theory]
    [InlineData("lstm_size", "2000000000", "lstm_size is 2000000000, expected 1 to 1024")]
    [InlineData("hidden", "[64,64,64]", "'hidden.2.weight' [64, 64] is missing")]
    [InlineData("hidden", "[64]", "does not belong to a network of these settings")]
    [InlineData("kind", "\"Quantum\"", "is not valid")]
    [InlineData("kind", "\"Text\"", "columns[0].kind of 'n' is Number, expected Text")]
    public void Settings_that_the_weights_do_not_have_are_refused(string setting, string value, string message)
    {
        var (spec, fitted, _) = Sample(NetworkKind.Dense);
        Write(spec, fitted);
        Edit(json => json["spec"]!["network"]![setting] = JsonNode.Parse(value));
        Refused(message);
    }

    [Theory]
    [InlineData("columns", "[]", "columns are 0, expected the 2 of the spec")]
    [InlineData("columns.0.scales", "[0]", "columns[0].scales[0] is 0, expected a finite number above 0")]
    [InlineData("columns.0.offsets", "[1,2]", "offsets are 2 and scales 1, expected as many")]
    [InlineData("columns.1.categories", """["x","x"]""", "categories[1] is 'x', which is there already")]
    [InlineData("columns.1.categories", "null", "categories are missing")]
    [InlineData("columns.1.settings.name", "\"other\"", "not those of the spec's column 'c'")]
    public void Preprocessing_when_damaged_is_refused_even_with_its_right_checksum(string path, string value, string message)
    {
        var (spec, fitted, _) = Sample(NetworkKind.Dense);
        Write(spec, fitted);
        var file = Path.Combine(Model, "preprocessing.json");
        var root = JsonNode.Parse(File.ReadAllText(file))!;
        var steps = path.Split('.');
        var node = steps[..^1].Aggregate(root, (at, step) => int.TryParse(step, out var place) ? at[place]! : at[step]!);
        node[steps[^1]] = JsonNode.Parse(value);
        Replace("preprocessing.json", Encoding.UTF8.GetBytes(root.ToJsonString()));
        Refused(message);
    }

    [Fact]
    public void Header_of_weights_when_hostile_is_refused_even_with_its_right_checksum()
    {
        var (spec, fitted, _) = Sample(NetworkKind.Dense);
        Write(spec, fitted);
        Replace("weights.safetensors", [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, (byte)'{', (byte)'}']);
        Refused("the header claims 9223372036854775807 bytes");
    }

    [Fact]
    public void Manifest_when_too_large_is_refused_before_it_is_read()
    {
        Directory.CreateDirectory(Model);
        using (var file = File.Create(ManifestPath)) file.SetLength((16 << 20) + 1);
        Refused("expected at most 16777216");
        Refused("manifest.json is missing", _folder.Child("nothing"));
    }

    private static (NetworkSpec Spec, FittedPreprocessing Fitted, Example[] Examples) Sample(NetworkKind kind, NetworkTask task = NetworkTask.Classes)
    {
        ColumnSettings[] columns = kind switch
        {
            NetworkKind.Dense => [new() { Name = "n" }, new() { Name = "c", Kind = ColumnKind.Category }],
            NetworkKind.Convolutional => [new() { Name = "i", Kind = ColumnKind.Image, Width = 20, Height = 12 }],
            NetworkKind.Recurrent => [new() { Name = "s", Kind = ColumnKind.Sequence }],
            _ => [new() { Name = "t", Kind = ColumnKind.Text, Vocabulary = 600 }],
        };
        var spec = SampleSpecs.Of(kind, columns) with { Network = new() { Kind = kind, Task = task } };
        LabelledExample[] examples = [.. Enumerable.Range(0, 3).Select(i => SampleSpecs.Example(kind switch
        {
            NetworkKind.Dense => [("n", new ExampleValue.Number(i * i)), ("c", new ExampleValue.Text($"k{i}"))],
            NetworkKind.Convolutional => [("i", new ExampleValue.Image(SampleImages.Encode(40, 30, (x, y) => new((byte)((x * (i + 2)) % 256), (byte)(y * 5), (byte)(90 * i)))))],
            NetworkKind.Recurrent => [("s", new ExampleValue.Texts([.. Enumerable.Range(0, 4 + i).Select(step => $"k{step * (i + 1) % 5}")]))],
            _ => [("t", new ExampleValue.Text($"A text about {new[] { "dragons", "castles", "ships" }[i]}"))],
        }))];
        return (spec, PreprocessingFit.Fit(spec, TrainingPart.Of(examples)), [.. examples.Select(example => new Example(example.Values))]);
    }

    private NetworkManifest Write(NetworkSpec spec, FittedPreprocessing fitted, Func<NetworkManifest, NetworkManifest>? change = null)
    {
        var manifest = SampleSpecs.Manifest(spec, new() { Labels = ["a", "b", "c"] });
        return NetworkArtefactWriter.Write(Model, change?.Invoke(manifest) ?? manifest, fitted, NetworkSamples.Named(spec.Network, fitted.Sizes(spec, 3), 1));
    }

    private void Edit(Action<JsonObject> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(ManifestPath))!.AsObject();
        change(json);
        File.WriteAllText(ManifestPath, json.ToJsonString());
    }

    private void Replace(string name, byte[] bytes)
    {
        File.WriteAllBytes(Path.Combine(Model, name), bytes);
        Edit(json => (json["files"]![name]!["bytes"], json["files"]![name]!["sha256"]) = (bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))));
    }

    private void Refused(string message, string? folder = null) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => NetworkModel.Open(folder ?? Model)).Message, StringComparison.Ordinal);
}
