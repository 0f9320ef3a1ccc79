using CsCheck;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;

namespace Recsys.Tests.Content;

/// <summary>The fast forward passes against the oracle's plain loops, over random shapes.</summary>
public sealed class NetworkForwardTests
{
    [Fact]
    public void Dense_network_when_shapes_are_random_agrees_with_the_oracle() => Agrees(random =>
    {
        var hidden = Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(1, 150)).ToArray();
        return (new() { Kind = NetworkKind.Dense, Hidden = hidden }, new() { Features = random.Next(1, 300), Outputs = random.Next(1, 80) });
    });

    [Fact]
    public void Convolutional_network_when_shapes_are_random_agrees_with_the_oracle() => Agrees(random =>
    {
        ConvolutionLayer[] layers = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new ConvolutionLayer { Filters = random.Next(1, 12), Kernel = 1 + (2 * random.Next(3)), Pool = random.Next(1, 3) })];
        var sizes = new NetworkSizes { Channels = random.Next(2) == 0 ? 1 : 3, Height = random.Next(8, 24), Width = random.Next(8, 40), Outputs = random.Next(1, 12) };
        return (new() { Kind = NetworkKind.Convolutional, Convolutions = layers, Hidden = [random.Next(1, 40)] }, sizes);
    });

    [Fact]
    public void Recurrent_network_when_shapes_are_random_agrees_with_the_oracle() => Agrees(random =>
    {
        var isOfVectors = random.Next(2) == 0;
        var sizes = new NetworkSizes { Ids = isOfVectors ? 0 : random.Next(1, 50), StepWidth = isOfVectors ? random.Next(1, 40) : 0, Outputs = random.Next(1, 12) };
        return (Sequences(NetworkKind.Recurrent, random), sizes);
    });

    [Fact]
    public void Text_network_when_shapes_are_random_agrees_with_the_oracle() => Agrees(random =>
    {
        var settings = Sequences(NetworkKind.Text, random) with { Wide = random.Next(2) == 0 };
        return (settings, new() { Ids = random.Next(1, 300), Features = settings.Wide ? random.Next(1, 500) : 0, Outputs = random.Next(1, 12) });
    });

    [Fact]
    public void Feature_map_when_flattened_is_channel_after_channel_row_after_row()
    {
        // One filter a channel that passes it on, no pooling, and an output that picks a pixel.
        var settings = new NetworkSettings { Kind = NetworkKind.Convolutional, Convolutions = [new() { Filters = 3, Kernel = 1, Pool = 1 }], Hidden = [] };
        var sizes = new NetworkSizes { Channels = 3, Height = 8, Width = 9, Outputs = 1 };
        float[] pixels = [.. Enumerable.Range(0, 3 * 8 * 9).Select(i => (float)i)];
        foreach (var (channel, row, column) in new[] { (0, 0, 0), (1, 3, 4), (2, 7, 8) })
        {
            var pick = new float[pixels.Length];
            pick[(((channel * 8) + row) * 9) + column] = 1;
            var tensors = new Dictionary<string, float[]>
            {
                ["convolutions.0.weight"] = [1, 0, 0, 0, 1, 0, 0, 0, 1],
                ["convolutions.0.bias"] = [0, 0, 0],
                ["output.weight"] = pick,
                ["output.bias"] = [0],
            };
            Assert.Equal([(channel * 72) + (row * 9) + column], new NetworkForward(settings, sizes, name => tensors[name]).Logits(new() { Pixels = pixels }));
        }
    }

    [Fact]
    public void Recurrent_network_of_one_unit_when_computed_by_hand_is_that()
    {
        var settings = new NetworkSettings { Kind = NetworkKind.Recurrent, LstmSize = 1, Bidirectional = true, Pooling = SequencePooling.Last };
        var sizes = new NetworkSizes { StepWidth = 1, Outputs = 1 };
        var tensors = new Dictionary<string, float[]>
        {
            // Gates i, f, g, o: only the candidate reads the input, the others stand at sigmoid(0) = 1/2.
            ["lstm.weight_ih"] = [0, 0, 1, 0],
            ["lstm.weight_hh"] = [0, 0, 0, 0],
            ["lstm.bias"] = [0, 0, 0, 0],
            ["lstm_reverse.weight_ih"] = [0, 0, 1, 0],
            ["lstm_reverse.weight_hh"] = [0, 0, 0, 0],
            ["lstm_reverse.bias"] = [0, 0, 0, 0],
            ["output.weight"] = [1, 10],
            ["output.bias"] = [0],
        };
        double Last(double first, double second) => 0.5 * Math.Tanh((0.5 * 0.5 * Math.Tanh(first)) + (0.5 * Math.Tanh(second)));
        var logits = new NetworkForward(settings, sizes, name => tensors[name]).Logits(new() { Vectors = [0.3f, -2] });
        Assert.Equal(Last(0.3, -2) + (10 * Last(-2, 0.3)), logits[0], 5e-6);
    }

    [Fact]
    public void Id_beyond_the_embedding_when_read_is_refused()
    {
        var (settings, sizes) = (new NetworkSettings { Kind = NetworkKind.Recurrent, LstmSize = 2, EmbeddingSize = 2 }, new NetworkSizes { Ids = 3, Outputs = 1 });
        var tensors = NetworkSamples.Tensors(settings, sizes, new(1));
        var network = new NetworkForward(settings, sizes, name => tensors[name]);
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Logits(new() { Ids = [3] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Logits(new() { Ids = [-1] }));
    }

    private static NetworkSettings Sequences(NetworkKind kind, Random random) => new()
    {
        Kind = kind,
        LstmSize = random.Next(1, 70),
        EmbeddingSize = random.Next(1, 40),
        Bidirectional = random.Next(2) == 0,
        Pooling = (SequencePooling)random.Next(3),
        Hidden = random.Next(2) == 0 ? null : [random.Next(1, 40)],
    };

    private static void Agrees(Func<Random, (NetworkSettings, NetworkSizes)> sample) => Gen.Int.Sample(seed =>
    {
        var random = new Random(seed);
        var (settings, sizes) = sample(random);
        Assert.Null(settings.Problem());
        Assert.Null(NetworkTensors.Problem(settings, sizes));
        var tensors = NetworkSamples.Tensors(settings, sizes, random);
        var (network, oracle) = (new NetworkForward(settings, sizes, name => tensors[name]), new NetworkOracle(settings, sizes, name => tensors[name]));
        for (var i = 0; i < 3; i++)
        {
            NetworkInput input = NetworkSamples.Input(settings, sizes, random);
            var (expected, found) = (oracle.Logits(input), network.Logits(input));
            Assert.Equal(sizes.Outputs, found.Length);
            for (var k = 0; k < expected.Length; k++) Assert.Equal(expected[k], found[k], 2e-5f);
        }
    }, iter: 30);
}
