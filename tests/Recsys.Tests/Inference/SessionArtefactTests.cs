using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Recsys.Inference.Artefacts;
using Recsys.Inference.Evaluation;
using Recsys.Inference.Neighbours;
using Recsys.Inference.Rules;

namespace Recsys.Tests.Inference;

public sealed class SessionArtefactTests : IDisposable
{
    private const int Items = 6;

    private static readonly SessionSettings Settings = SampleModel.Settings(embedding: 8, hidden: 12, blocks: 2, multiple: 2) with
    {
        Training = new() { ["learning_rate"] = JsonSerializer.SerializeToElement(0.002) },
    };

    private readonly TemporaryFolder _folder = new();

    private string Model => _folder.Child("model");

    private string Weights => Path.Combine(Model, SessionArtefact.WeightsFile);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_read_back()
    {
        var manifest = SampleModel.Manifest(Settings, Items) with
        {
            Metrics = [new RankingScore(10, 0.1, 0.2, 0.05, 0.9)],
            TrainingSeconds = 12.5,
            Warnings = ["As good as none."],
        };
        var tensors = SampleModel.Tensors(Settings, Items, seed: 1);
        var written = SessionArtefactWriter.Write(Model, manifest, tensors, SampleModel.ItemNumbers(Items));
        var artefact = SessionArtefact.Open(Model);

        Assert.Equal(Encoding.UTF8.GetString(written.ToJson()), Encoding.UTF8.GetString(artefact.Manifest.ToJson()));
        Assert.Equal(manifest.Metrics, artefact.Manifest.Metrics);
        Assert.Equal(manifest.Warnings, artefact.Manifest.Warnings);
        Assert.Equal(0.002, artefact.Settings.Training!["learning_rate"].GetDouble());
        Assert.Equal(SampleModel.ItemNumbers(Items), artefact.ItemNumbers);
        foreach (var tensor in tensors) Assert.Equal(tensor.Values.ToArray(), artefact.Copy(tensor.Name));
        for (var i = 0; i < Items; i++) Assert.Equal(i, artefact.DenseId(artefact.ItemNumbers[i]));
        Assert.Equal(-1, artefact.DenseId(8));
        Assert.Equal(["model"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_manifest_from_before_there_were_warnings_has_none()
    {
        SessionArtefactWriter.Write(Model, SampleModel.Manifest(Settings, Items), SampleModel.Tensors(Settings, Items, seed: 1), SampleModel.ItemNumbers(Items));
        var path = Path.Combine(Model, ArtefactManifest.FileName);
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        Assert.True(json.Remove("warnings"));
        File.WriteAllText(path, json.ToJsonString());

        Assert.Empty(ArtefactManifest.Read(Model).Warnings);
    }

    [Fact]
    public void Rules_when_written_then_they_are_read_with_the_network_and_never_without_their_weight()
    {
        using var folder = new TemporaryFolder();
        var settings = SampleModel.Settings(8, 8, 1) with { RulesWeight = 2.5f };
        var rules = new ItemRules([0, 1, 1, 3], [2, 0, 1], [0.5f, 0.25f, 0.125f], new(0.75f, 50, 0, 0));
        var network = SampleModel.Tensors(settings, 3, seed: 1);
        SessionArtefactWriter.Write(folder.Child("with"), SampleModel.Manifest(settings, 3), [.. network, .. ItemRulesTensors.Rules.Of(rules)], [1, 2, 3]);

        var opened = SessionArtefact.Open(folder.Child("with"));
        Assert.Equal((2.5f, rules.Decay), (opened.Partners.Weights.Rules, opened.Partners.Rules!.Decay));
        Assert.Equal(rules.Offsets.ToArray(), opened.Partners.Rules.Offsets.ToArray());
        Assert.Equal(rules.Targets.ToArray(), opened.Partners.Rules.Targets.ToArray());
        Assert.Equal(rules.Weights.ToArray(), opened.Partners.Rules.Weights.ToArray());

        var without = Assert.Throws<ArgumentException>(() => SessionArtefactWriter.Write(folder.Child("bad"), SampleModel.Manifest(settings, 3), network, [1, 2, 3]));
        Assert.Contains("'rules.offsets' is missing", without.Message, StringComparison.Ordinal);
        var unweighted = SampleModel.Manifest(settings with { RulesWeight = 0 }, 3);
        Assert.Contains("unknown", Assert.Throws<ArgumentException>(() =>
            SessionArtefactWriter.Write(folder.Child("bad"), unweighted, [.. network, .. ItemRulesTensors.Rules.Of(rules)], [1, 2, 3])).Message, StringComparison.Ordinal);
        var negative = SampleModel.Manifest(settings with { RulesWeight = -1 }, 3);
        Assert.Contains("rules_weight is -1", Assert.Throws<ArgumentException>(() =>
            SessionArtefactWriter.Write(folder.Child("bad"), negative, network, [1, 2, 3])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Neighbours_when_written_then_they_are_read_with_the_network_and_never_without_their_weight()
    {
        using var folder = new TemporaryFolder();
        var settings = SampleModel.Settings(8, 8, 1) with { NeighboursWeight = 0.5f };
        var options = new SessionKnnOptions { Neighbours = 7, SampleSize = 9, Window = 3, PositionScale = 1.5f, DistanceScale = 0, RarityWeight = 2, BeforeShare = 0.5f };
        var neighbours = SessionKnn.Fit([[0, 1, 1, 2], [2, 0], [1]], [[1, 2, 3, 4], [8, 9], [0]], 3, options);
        var network = SampleModel.Tensors(settings, 3, seed: 1);
        SessionArtefactWriter.Write(folder.Child("with"), SampleModel.Manifest(settings, 3), [.. network, .. SessionKnnTensors.Of(neighbours)], [1, 2, 3]);

        var opened = SessionArtefact.Open(folder.Child("with")).Partners;
        Assert.Equal((0.5f, options), (opened.Weights.Neighbours, opened.Neighbours!.Options));
        Assert.Equal([0, 2, 6], opened.Neighbours.Starts.ToArray());
        Assert.Equal([2, 0, 0, 1, 1, 2], opened.Neighbours.CopyItems());
        foreach (var history in new int[][] { [0], [1, 2], [2, 1, 0], [] })
        {
            var (expected, found) = (new float[3], new float[3]);
            neighbours.Score(history, expected);
            opened.Neighbours.Score(history, found);
            Assert.Equal(expected, found);
        }

        var without = Assert.Throws<ArgumentException>(() => SessionArtefactWriter.Write(folder.Child("bad"), SampleModel.Manifest(settings, 3), network, [1, 2, 3]));
        Assert.Contains("'neighbours.starts' is missing", without.Message, StringComparison.Ordinal);
        var unweighted = SampleModel.Manifest(settings with { NeighboursWeight = 0 }, 3);
        Assert.Contains("unknown", Assert.Throws<ArgumentException>(() =>
            SessionArtefactWriter.Write(folder.Child("bad"), unweighted, [.. network, .. SessionKnnTensors.Of(neighbours)], [1, 2, 3])).Message, StringComparison.Ordinal);
        foreach (var (bad, name) in new[] { (settings with { NeighboursWeight = -1 }, "neighbours_weight is -1"), (settings with { RulesScale = float.NaN }, "rules_scale is NaN") })
        {
            Assert.Contains(name, Assert.Throws<ArgumentException>(() =>
                SessionArtefactWriter.Write(folder.Child("bad"), SampleModel.Manifest(bad, 3), network, [1, 2, 3])).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("neighbours.starts begins with 1", new[] { 1, 2, 4 }, new[] { 0, 1, 2, 0 }, 10, 5)]
    [InlineData("neighbours.starts holds a session of 1 items at 0", new[] { 0, 1, 4 }, new[] { 0, 1, 2, 0 }, 10, 5)]
    [InlineData("neighbours.starts holds a session of 3 items at 0, expected 2 to 2", new[] { 0, 3, 5 }, new[] { 0, 1, 2, 0, 1 }, 2, 5)]
    [InlineData("neighbours.starts holds a session of -2 items at 1", new[] { 0, 4, 2 }, new[] { 0, 1 }, 10, 5)]
    [InlineData("neighbours.starts holds a session of 2147483647 items at 0", new[] { 0, int.MaxValue, int.MinValue }, new[] { 0, 1 }, 10, 5)]
    [InlineData("neighbours.starts ends with 4", new[] { 0, 2, 4 }, new[] { 0, 1, 2 }, 10, 5)]
    [InlineData("neighbours.items holds 3 at 1", new[] { 0, 2 }, new[] { 0, 3 }, 10, 5)]
    [InlineData("neighbours.items holds -1 at 0", new[] { 0, 2 }, new[] { -1, 2 }, 10, 5)]
    [InlineData("the neighbours are 0", new[] { 0, 2 }, new[] { 0, 1 }, 10, 0)]
    public void Neighbours_when_damaged_then_they_are_refused(string message, int[] starts, int[] items, int longest, int count)
    {
        using var folder = new TemporaryFolder();
        var settings = SampleModel.Settings(8, 8, 1) with { NeighboursWeight = 0.5f };
        NamedTensor[] damaged =
        [
            NamedTensor.OfIntegers(SessionKnnTensors.Starts, [starts.Length], starts),
            NamedTensor.OfIntegers(SessionKnnTensors.Items, [items.Length], items),
            new(SessionKnnTensors.Settings, [9], new[] { longest, 5, 5, count, 1f, 1, 1, 1, 1 }),
        ];
        SessionArtefactWriter.Write(folder.Child("bad"), SampleModel.Manifest(settings, 3), [.. SampleModel.Tensors(settings, 3, seed: 1), .. damaged], [1, 2, 3]);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => SessionArtefact.Open(folder.Child("bad"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 2.5f, "expected a whole number")]
    [InlineData(1, 1e30f, "expected a whole number")]
    [InlineData(0, 16_000_000, "expected 2 to 10000")]
    [InlineData(4, 0, "the scale of places is 0")]
    [InlineData(6, -1, "the scale of distances is -1")]
    [InlineData(7, float.NaN, "expected finite values")]
    [InlineData(8, 2, "the share of what is before is 2")]
    public void Settings_of_neighbours_when_damaged_then_they_are_refused(int at, float value, string message)
    {
        using var folder = new TemporaryFolder();
        var settings = SampleModel.Settings(8, 8, 1) with { NeighboursWeight = 0.5f };
        NamedTensor[] tensors = [.. SessionKnnTensors.Of(SessionKnn.Fit([[0, 1]], null, 3))];
        var values = tensors[2].Values.ToArray();
        values[at] = value;
        SessionArtefactWriter.Write(
            folder.Child("bad"), SampleModel.Manifest(settings, 3), [.. SampleModel.Tensors(settings, 3, seed: 1), .. tensors[..2], tensors[2] with { Values = values }], [1, 2, 3]);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => SessionArtefact.Open(folder.Child("bad"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_manifest_keeps_its_names()
    {
        Write();
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(Model, ArtefactManifest.FileName)))!.AsObject();
        Assert.Equal(
            ["format", "kind", "created", "code_version", "settings", "data", "metrics", "warnings", "training_seconds", "files"],
            json.Select(property => property.Key));
        Assert.Equal(
            ["members", "embedding_size", "hidden_size", "blocks", "feed_forward_multiple", "time_gaps", "rules_weight", "rules_scale", "neighbours_weight", "learning_rate"],
            json["settings"]!.AsObject().Select(property => property.Key));
        Assert.Equal(["users", "items", "interactions", "first_time_ms", "last_time_ms"], json["data"]!.AsObject().Select(p => p.Key));
        Assert.Equal(["bytes", "sha256"], json["files"]!["items.bin"]!.AsObject().Select(p => p.Key));
    }

    [Fact]
    public void An_existing_folder_is_not_overwritten()
    {
        Write();
        Assert.Contains("exists already", Assert.Throws<IOException>(Write).Message);
        SessionArtefact.Open(Model);
    }

    [Fact]
    public void A_failed_write_leaves_nothing_behind()
    {
        var tensors = SampleModel.Tensors(Settings, Items, 1);
        tensors[3] = tensors[3] with { Values = tensors[3].Values[1..] };
        var manifest = SampleModel.Manifest(Settings, Items);
        Assert.Throws<ArgumentException>(() => { SessionArtefactWriter.Write(Model, manifest, tensors, SampleModel.ItemNumbers(Items)); });
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void The_writer_refuses_tensors_that_do_not_fit_the_settings()
    {
        var tensors = SampleModel.Tensors(Settings, Items, 1);
        Refused("'norm.bias' [8] is missing", [.. tensors.Where(t => t.Name != "norm.bias")]);
        Refused("'extra' is unknown", [.. tensors, new("extra", [1], new float[1])]);
        Refused("'item_bias' has shape [5], expected 'item_bias' [6]", [.. tensors.Select(t => t.Name == "item_bias" ? new(t.Name, [5], new float[5]) : t)]);
        Refused("'item_bias' holds NaN", [.. tensors.Select(t => t.Name == "item_bias" ? t with { Values = new[] { 0, 0, 0, 0, 0, float.NaN } } : t)]);

        void Refused(string message, List<NamedTensor> given)
        {
            var error = Assert.Throws<ArgumentException>(() =>
            {
                SessionArtefactWriter.Write(Model, SampleModel.Manifest(Settings, Items), given, SampleModel.ItemNumbers(Items));
            });
            Assert.Contains(message, error.Message);
        }
    }

    [Fact]
    public void A_file_that_was_cut_short_is_refused()
    {
        Write();
        using (var file = File.OpenWrite(Weights)) file.SetLength(file.Length - 4);
        Refused("bytes, the manifest says");
    }

    [Theory]
    [InlineData(SessionArtefact.WeightsFile, 20)]
    [InlineData(SessionArtefact.WeightsFile, -3)]
    [InlineData(SessionArtefact.ItemsFile, 0)]
    public void A_flipped_byte_is_refused(string name, int at)
    {
        Write();
        var path = Path.Combine(Model, name);
        var bytes = File.ReadAllBytes(path);
        bytes[at < 0 ? bytes.Length + at : at] ^= 1;
        File.WriteAllBytes(path, bytes);
        Refused("it was changed or damaged");
    }

    [Theory]
    [InlineData("manifest.json", "manifest.json is missing")]
    [InlineData("items.bin", "items.bin is missing")]
    [InlineData("weights.safetensors", "weights.safetensors is missing")]
    public void A_missing_file_is_named(string name, string message)
    {
        Write();
        File.Delete(Path.Combine(Model, name));
        Refused(message);
    }

    [Theory]
    [InlineData("format", 2, "is of format 2, this version reads format 1")]
    [InlineData("kind", "taste", "is of kind 'taste', expected 'session'")]
    [InlineData("metrics", null, "a field is null")]
    [InlineData("created", "yesterday", "not a valid manifest")]
    public void A_manifest_of_something_else_is_refused(string property, object? value, string message)
    {
        Write();
        EditManifest(json => json[property] = JsonSerializer.SerializeToNode(value));
        Refused(message);
    }

    [Theory]
    [InlineData("hidden_size", 16, "'blocks.0.lstm.weight_ih' has shape [48, 8], expected 'blocks.0.lstm.weight_ih' [64, 8]")]
    [InlineData("hidden_size", 0, "hidden_size is 0, expected 1 to 4096")]
    [InlineData("blocks", 3, "'blocks.2.norm1.weight' [8] is missing")]
    [InlineData("blocks", 1, "does not belong to a network of these settings")]
    [InlineData("embedding_size", 2_000_000_000, "embedding_size is 2000000000, expected 1 to 4096")]
    public void Settings_that_the_tensors_do_not_have_are_refused(string setting, int value, string message)
    {
        Write();
        EditManifest(json => json["settings"]![setting] = value);
        Refused(message);
    }

    [Fact]
    public void A_setting_that_is_missing_is_named()
    {
        Write();
        EditManifest(json => json["settings"]!.AsObject().Remove("blocks"));
        Refused("blocks");
    }

    [Fact]
    public void A_value_that_is_not_a_number_is_refused_by_name_and_place()
    {
        Write();
        var bytes = File.ReadAllBytes(Weights);
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 12), float.NaN);
        Replace(SessionArtefact.WeightsFile, bytes);
        Refused("'norm.bias' [8] holds NaN at 5");
    }

    [Fact]
    public void A_missing_tensor_is_named()
    {
        Write();
        using var weights = new MemoryStream();
        SafetensorsWriter.Write(weights, [.. SampleModel.Tensors(Settings, Items, 1).Where(tensor => tensor.Name != "item_bias")]);
        Replace(SessionArtefact.WeightsFile, weights.ToArray());
        Refused("tensor 'item_bias' [6] is missing");
    }

    [Fact]
    public void An_item_number_given_twice_is_refused()
    {
        Write();
        var bytes = File.ReadAllBytes(Path.Combine(Model, SessionArtefact.ItemsFile));
        bytes.AsSpan(0, 4).CopyTo(bytes.AsSpan(8));
        Replace(SessionArtefact.ItemsFile, bytes);
        Refused("item number 7 is at 0 and at 2");
    }

    [Fact]
    public void Weights_stay_readable_after_the_files_are_deleted()
    {
        Write();
        var artefact = SessionArtefact.Open(Model);
        var before = artefact.Copy("item_embedding");
        Directory.Delete(Model, recursive: true);
        Assert.Equal(before, artefact.Copy("item_embedding"));
    }

    private void Write() =>
        SessionArtefactWriter.Write(Model, SampleModel.Manifest(Settings, Items), SampleModel.Tensors(Settings, Items, 1), SampleModel.ItemNumbers(Items));

    private void Refused(string message) => Assert.Contains(message, Assert.Throws<InvalidDataException>(() => { SessionArtefact.Open(Model); }).Message);

    private void EditManifest(Action<JsonNode> edit)
    {
        var path = Path.Combine(Model, ArtefactManifest.FileName);
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        edit(json);
        File.WriteAllText(path, json.ToJsonString());
    }

    // As an attacker would: with the checksum put right.
    private void Replace(string name, byte[] bytes)
    {
        File.WriteAllBytes(Path.Combine(Model, name), bytes);
        EditManifest(json => json["files"]![name] = new JsonObject { ["bytes"] = bytes.Length, ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)) });
    }
}
