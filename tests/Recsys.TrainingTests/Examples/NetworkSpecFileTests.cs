using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;

namespace Recsys.TrainingTests.Examples;

public sealed class NetworkSpecFileTests
{
    [Fact]
    public void Spec_when_little_is_said_has_the_defaults()
    {
        var spec = NetworkSpecFile.Parse(
            """
            {"columns": [{"name": "title", "kind": "Text", "vocabulary": 2000}], "target": "genre", "network": {"kind": "TEXT", "loss": "MEAN_SQUARED_ERROR", "hidden": [8]}}
            """,
            "spec.json");

        Assert.Equal(new ColumnSettings { Name = "title", Kind = ColumnKind.Text, Vocabulary = 2000 }, Assert.Single(spec.Columns));
        Assert.Equal(("genre", "|", 2), (spec.Target, spec.LabelSeparator, spec.LeastExamples));
        Assert.Equal((NetworkKind.Text, NetworkLoss.MeanSquaredError, 64), (spec.Network.Kind, spec.Network.LossOrDefault, spec.Network.LstmSize));
        Assert.Equal((30, true), (spec.Network.Epochs, spec.Network.Wide));
        Assert.Equal([8], spec.Network.HiddenSizes);
        var image = NetworkSpecFile.Parse("""{"columns": [{"name": "i", "kind": "Image"}], "target": "t", "network": {"kind": "Convolutional", "convolutions": [{"filters": 8}, {}]}}""", "spec.json");
        Assert.Equal([new ConvolutionLayer { Filters = 8 }, new ConvolutionLayer()], image.Network.Convolutions);
    }

    [Theory]
    [InlineData("""{"columns": [{"name": "a"}], "target": "t"}""", "network is missing")]
    [InlineData("""{"target": "t", "network": {}}""", "columns is missing, expected an array")]
    [InlineData("""{"columns": [{"name": "a"}], "target": "t", "network": {"epochs": "many"}}""", "network.epochs is \"many\", expected a whole number")]
    [InlineData("""{"columns": [{"name": "a"}], "target": "t", "network": {"kind": "Quantum"}}""", "network.kind is \"Quantum\", expected one of Dense")]
    [InlineData("""{"columns": [{"name": "a"}], "target": "t", "network": {"epoch": 3}}""", "network.epoch is unknown, expected one of batch_size")]
    [InlineData("""{"columns": [{"nome": "a"}], "target": "t", "network": {}}""", "columns[0].nome is unknown")]
    [InlineData("""{"columns": [{"name": "a", "width": 3}], "target": "t", "network": {}}""", "columns[0].width is 3, expected 8 to 512")]
    [InlineData("""{"columns": [{"name": "a"}], "target": "a", "network": {}}""", "target is 'a'")]
    [InlineData("""{"columns": [{"name": "a"}], "target": "t", "target": "u", "network": {}}""", "is not JSON")]
    [InlineData("""[1]""", "is no JSON object")]
    [InlineData("""{"columns": [{"name": "a"}], "target": "t", "network": {"hidden": [0]}}""", "network.hidden holds 0, expected 1 to 4096")]
    public void Spec_when_wrong_is_refused_with_field_value_and_expectation(string json, string expected)
    {
        var error = Assert.Throws<InvalidDataException>(() => NetworkSpecFile.Parse(json, "spec.json"));

        Assert.StartsWith("spec.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
