using Recsys.Training;
using Recsys.Training.Session;

namespace Recsys.TrainingTests.Session;

public sealed class SettingsFileTests
{
    [Fact]
    public void What_a_file_names_when_laid_over_a_preset_then_only_that_changes()
    {
        var preset = SampleSettings.Tiny;
        var settings = Over("""{"epochs": 7, "network": {"hidden_size": 24, "time_gaps": true}, "learning_rate": 0.25}""", preset);

        Assert.Equal((7, 24, true, 0.25), (settings.Epochs, settings.Network.HiddenSize, settings.Network.TimeGaps, settings.LearningRate));
        Assert.Equal(preset with { Epochs = 7, LearningRate = 0.25, Network = settings.Network }, settings);
        Assert.Equal(preset.Network with { HiddenSize = 24, TimeGaps = true, Training = settings.Network.Training }, settings.Network);
    }

    [Theory]
    [InlineData("""{"epoch": 7}""", "epoch is no setting; there are")]
    [InlineData("""{"network": {"layers": 2}}""", "network.layers is no setting")]
    [InlineData("""{"network": 3}""", "network is no JSON object")]
    [InlineData("""{"epochs": "seven"}""", "settings.json: epochs is \"seven\"; expected a number, e.g. 2")]
    [InlineData("""{"epochs": [1, 2]}""", "epochs is [1,2]; expected a number, e.g. 2")]
    [InlineData("""{"epochs": 1.5}""", "epochs is 1.5; expected a whole number that fits, e.g. 2")]
    [InlineData("""{"epochs": 1e999}""", "epochs is 1e999; expected a whole number that fits")]
    [InlineData("""{"input_dropout": true}""", "input_dropout is true; expected a number, e.g. 0.1")]
    [InlineData("""{"network": {"time_gaps": "no"}}""", "network.time_gaps is \"no\"; expected true or false")]
    [InlineData("""{"network": {"hidden_size": {}}}""", "network.hidden_size is {}; expected a number, e.g. ")]
    [InlineData("""{"epochs": null}""", "epochs is null")]
    [InlineData("[1]", "the file is no JSON object")]
    [InlineData("{", "settings.json: ")]
    public void A_file_that_holds_something_else_when_read_then_the_field_is_named(string json, string said) =>
        Assert.Contains(said, Assert.Throws<TrainingException>(() => Over(json, SampleSettings.Tiny)).Message, StringComparison.Ordinal);

    /// <summary>A number that JSON can't hold again would end the training at its very last step, when the artefact is written.</summary>
    [Theory]
    [InlineData("learning_rate")]
    [InlineData("clip_norm")]
    [InlineData("weight_decay")]
    [InlineData("warm_up_share")]
    [InlineData("input_dropout")]
    [InlineData("block_dropout")]
    [InlineData("item_dropout")]
    [InlineData("request_gap_dropout")]
    public void A_number_that_is_infinite_when_read_then_it_is_refused(string name) =>
        Assert.StartsWith($"{name} is ", Over($$"""{"{{name}}": 1e999}""", SampleSettings.Tiny).Problem(), StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_missing_when_read_then_it_is_named() =>
        Assert.Contains("nowhere.json", Assert.Throws<TrainingException>(() => SettingsFile.Over("/nowhere.json", SampleSettings.Tiny)).Message, StringComparison.Ordinal);

    private static TrainingSettings Over(string json, TrainingSettings preset)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Child("settings.json"), json);
        return SettingsFile.Over(folder.Child("settings.json"), preset);
    }
}
