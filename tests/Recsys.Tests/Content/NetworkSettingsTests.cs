using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;

namespace Recsys.Tests.Content;

/// <summary>What settings are refused, and which tensors they make.</summary>
public sealed class NetworkSettingsTests
{
    [Fact]
    public void Defaults_of_each_kind_have_no_problem_and_the_classic_tensors()
    {
        var names = new Dictionary<NetworkKind, string>
        {
            [NetworkKind.Dense] = "'hidden.0.weight' [64, 9] 'hidden.0.bias' [64] 'hidden.1.weight' [64, 64] 'hidden.1.bias' [64] 'output.weight' [5, 64] 'output.bias' [5]",
            [NetworkKind.Convolutional] = "'convolutions.0.weight' [32, 3, 3, 3] 'convolutions.0.bias' [32] 'hidden.0.weight' [64, 640] 'hidden.0.bias' [64] 'output.weight' [5, 64] 'output.bias' [5]",
            [NetworkKind.Recurrent] = "'lstm.weight_ih' [256, 7] 'lstm.weight_hh' [256, 64] 'lstm.bias' [256] 'output.weight' [5, 64] 'output.bias' [5]",
            [NetworkKind.Text] = "'embedding.weight' [600, 64] 'lstm.weight_ih' [256, 64] 'lstm.weight_hh' [256, 64] 'lstm.bias' [256] 'output.weight' [5, 64] 'output.bias' [5] 'wide.weight' [5, 9]",
        };
        foreach (var (kind, expected) in names)
        {
            var settings = new NetworkSettings { Kind = kind };
            Assert.Null(settings.Problem());
            var sizes = new NetworkSizes { Features = 9, Channels = 3, Height = 9, Width = 11, StepWidth = kind == NetworkKind.Recurrent ? 7 : 0, Ids = kind == NetworkKind.Text ? 600 : 0, Outputs = 5 };
            Assert.Equal(expected, string.Join(' ', settings.Tensors(sizes)));
            Assert.Null(NetworkTensors.Problem(settings, sizes));
        }
    }

    public static TheoryData<string, NetworkSettings> BadSettings => new()
    {
        { "kind is 9, expected one of Dense, Convolutional, Recurrent, Text", new() { Kind = (NetworkKind)9 } },
        { "loss is CrossEntropy, expected MeanSquaredError where the task is Number", new() { Task = NetworkTask.Number, Loss = NetworkLoss.CrossEntropy } },
        { "hidden has 9 layers, expected at most 8", new() { Hidden = [1, 1, 1, 1, 1, 1, 1, 1, 1] } },
        { "hidden holds 0, expected 1 to 4096 units", new() { Hidden = [4, 0] } },
        { "convolutions has 0 layers, expected 1 to 6", new() { Kind = NetworkKind.Convolutional, Convolutions = [] } },
        { "convolutions[1].kernel is 4, expected an odd number of 1 to 11", new() { Kind = NetworkKind.Convolutional, Convolutions = [new(), new() { Kernel = 4 }] } },
        { "convolutions[0].filters is 513, expected 1 to 512", new() { Kind = NetworkKind.Convolutional, Convolutions = [new() { Filters = 513 }] } },
        { "convolutions[0].pool is 0, expected 1 to 8", new() { Kind = NetworkKind.Convolutional, Convolutions = [new() { Pool = 0 }] } },
        { "lstm_size is 1025, expected 1 to 1024", new() { LstmSize = 1025 } },
        { "embedding_size is 0, expected 1 to 1024", new() { EmbeddingSize = 0 } },
        { "dropout is NaN, expected 0 to 0.9", new() { Dropout = float.NaN } },
        { "learning_rate is 0, expected more than 0, at most 1", new() { LearningRate = 0 } },
        { "epochs is 0, expected 1 to 1000", new() { Epochs = 0 } },
    };

    [Theory]
    [MemberData(nameof(BadSettings))]
    public void Setting_when_wrong_is_named_with_its_value_and_what_was_expected(string expected, object settings) => Assert.Equal(expected, ((NetworkSettings)settings).Problem());

    [Fact]
    public void Spec_when_columns_do_not_fit_the_kind_says_which_and_what_was_expected()
    {
        ColumnSettings number = new() { Name = "n" }, text = new() { Name = "t", Kind = ColumnKind.Text }, image = new() { Name = "i", Kind = ColumnKind.Image };
        Assert.Null(SampleSpecs.Of(NetworkKind.Dense, number, text).Problem());
        Assert.Equal("columns[1].kind of 'i' is Image, expected Number, Category or Text where network.kind is Dense", SampleSpecs.Of(NetworkKind.Dense, number, image).Problem());
        Assert.Equal("columns[0].kind of 'n' is Number, expected Image where network.kind is Convolutional", SampleSpecs.Of(NetworkKind.Convolutional, number).Problem());
        Assert.Equal("columns has 2 of them, expected one Image where network.kind is Convolutional", SampleSpecs.Of(NetworkKind.Convolutional, image, image with { Name = "j" }).Problem());
        Assert.Equal("columns[0].kind of 't' is Text, expected Sequence where network.kind is Recurrent", SampleSpecs.Of(NetworkKind.Recurrent, text).Problem());
        Assert.Equal("columns[1].kind of 'n' is Number, expected Text where network.kind is Text", SampleSpecs.Of(NetworkKind.Text, text, number).Problem());
        Assert.Equal("columns has 0 of them, expected 1 to 1000", SampleSpecs.Of(NetworkKind.Dense).Problem());
        Assert.Equal("columns[1].name is 'n', expected a name that no other column has", SampleSpecs.Of(NetworkKind.Dense, number, number).Problem());
        Assert.Equal("columns[0].width is 7, expected 8 to 512", SampleSpecs.Of(NetworkKind.Convolutional, image with { Width = 7 }).Problem());
        Assert.Equal("columns[0].max_length is 0, expected 1 to 4096", SampleSpecs.Of(NetworkKind.Text, text with { MaxLength = 0 }).Problem());
        Assert.StartsWith("columns[0].vocabulary of 't' is 300, expected at least 512", SampleSpecs.Of(NetworkKind.Text, text with { Vocabulary = 300 }).Problem(), StringComparison.Ordinal);
        Assert.Equal("network.lstm_size is 0, expected 1 to 1024", (SampleSpecs.Of(NetworkKind.Dense, number) with { Network = new() { LstmSize = 0 } }).Problem());
        Assert.StartsWith("target is 'n', expected a column that isn't read", (SampleSpecs.Of(NetworkKind.Dense, number) with { Target = "n" }).Problem(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_when_they_would_not_make_a_network_are_refused()
    {
        var convolutional = new NetworkSettings { Kind = NetworkKind.Convolutional, Convolutions = [new() { Pool = 8 }, new() { Pool = 8 }] };
        var sizes = new NetworkSizes { Channels = 3, Height = 32, Width = 32, Outputs = 2 };
        Assert.Equal("convolutions pool 32 x 32 pixels down to nothing, expected smaller pools or a larger image", NetworkTensors.Problem(convolutional, sizes));
        var huge = new NetworkSettings { Hidden = [4096] };
        Assert.StartsWith("the network has 2457624581 weights", NetworkTensors.Problem(huge, new() { Features = 600_000, Outputs = 5 }), StringComparison.Ordinal);
        var large = sizes with { Height = 512, Width = 512 };
        Assert.StartsWith("convolutions[0] makes 512 maps of 512 x 512, 134217728 values", NetworkTensors.Problem(convolutional with { Convolutions = [new() { Filters = 512, Pool = 8 }, new() { Filters = 8, Pool = 8 }] }, large), StringComparison.Ordinal);
        var slow = convolutional with { Convolutions = [new() { Filters = 64, Pool = 1 }, new() { Filters = 64, Kernel = 11, Pool = 8 }], Hidden = [1] };
        Assert.StartsWith("the convolutions take 130", NetworkTensors.Problem(slow, large), StringComparison.Ordinal);
        var lstm = new NetworkSettings { Kind = NetworkKind.Recurrent, LstmSize = 1024 };
        Assert.Null(NetworkTensors.Problem(lstm, new() { StepWidth = 64, Steps = 4096, Outputs = 2 }));
        Assert.StartsWith("the LSTM takes 36", NetworkTensors.Problem(lstm with { Bidirectional = true }, new() { StepWidth = 64, Steps = 4096, Outputs = 2 }), StringComparison.Ordinal);
        var flat = new NetworkSettings { Hidden = [1] };
        Assert.Equal("the first dense layer reads 5000000 values, expected at most 4000000", NetworkTensors.Problem(flat, new() { Features = 5_000_000, Outputs = 2 }));
        Assert.StartsWith("the columns have nothing to read", NetworkTensors.Problem(new(), new() { Outputs = 2 }), StringComparison.Ordinal);
    }
}
