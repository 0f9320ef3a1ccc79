using Recsys.Content.Examples;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;
using Recsys.Training.Networks;
using Recsys.Training.Runtime;
using static TorchSharp.torch;

namespace Recsys.TrainingTests.Networks;

public sealed class NetworkGraphTests
{
    public NetworkGraphTests() => LibTorch.Load();

    public static TheoryData<NetworkKind, NetworkTask> KindsAndTasks()
    {
        var data = new TheoryData<NetworkKind, NetworkTask>();
        foreach (var kind in Enum.GetValues<NetworkKind>())
            foreach (var task in Enum.GetValues<NetworkTask>())
                data.Add(kind, task);
        return data;
    }

    [Theory]
    [MemberData(nameof(KindsAndTasks))]
    public void Predictions_of_the_serving_code_when_shapes_are_random_equal_libtorchs(NetworkKind kind, NetworkTask task)
    {
        var random = new Random(((int)kind * 10) + (int)task);
        for (var trial = 0; trial < 6; trial++)
        {
            using var folder = new TemporaryFolder();
            var (spec, examples) = RandomSpec(kind, task, random);
            var data = NetworkData.Of(examples, spec);
            var fitted = PreprocessingFit.Fit(spec, TrainingPart.Of(data.Train));
            var sizes = fitted.Sizes(spec, data.Target.Outputs());
            using var graph = new NetworkGraph(spec.Network, sizes);
            Fill(graph, random);
            var calibration = task switch
            {
                NetworkTask.Classes => NetworkCalibration.OfTemperature(1.5),
                NetworkTask.Labels => new() { Slopes = [.. data.Target.Labels.Select(_ => 0.7f)], Intercepts = [.. data.Target.Labels.Select(_ => -0.1f)] },
                _ => NetworkCalibration.None,
            };
            NetworkArtefactWriter.Write(folder.Child("model"), Manifest(spec, data, calibration), fitted, graph.ToTensors());

            var served = NetworkMeasure.Predict(NetworkModel.Open(folder.Child("model")), data.Test, 1, CancellationToken.None);
            var inputs = data.Test.Select(example => new Preprocessor(spec, fitted).Encode(example.Values)).ToList();
            using var scope = NewDisposeScope();
            var logits = graph.Forward(NetworkBatches.Of(inputs, spec.Network.Bidirectional, sizes), dropout: null).detach().data<float>().ToArray().Chunk(sizes.Outputs).ToList();
            var expected = NetworkMeasure.Outputs(task, data.Target, calibration, logits);

            for (var i = 0; i < served.Length; i++)
                for (var k = 0; k < served[i].Length; k++)
                    Assert.True(Math.Abs(served[i][k] - expected[i][k]) <= 1e-4 * data.Target.Deviation, $"{spec.Network}: {served[i][k]} served, {expected[i][k]} by libtorch");
        }
    }

    [Theory]
    [InlineData(NetworkKind.Dense, NetworkTask.Classes, NetworkLoss.CrossEntropy, SequencePooling.Last)]
    [InlineData(NetworkKind.Dense, NetworkTask.Labels, NetworkLoss.MeanSquaredError, SequencePooling.Last)]
    [InlineData(NetworkKind.Convolutional, NetworkTask.Classes, NetworkLoss.MeanSquaredError, SequencePooling.Last)]
    [InlineData(NetworkKind.Recurrent, NetworkTask.Number, NetworkLoss.MeanSquaredError, SequencePooling.Mean)]
    [InlineData(NetworkKind.Recurrent, NetworkTask.Classes, NetworkLoss.CrossEntropy, SequencePooling.Max)]
    [InlineData(NetworkKind.Text, NetworkTask.Labels, NetworkLoss.CrossEntropy, SequencePooling.Last)]
    public void Gradients_when_networks_are_tiny_are_those_of_finite_differences(NetworkKind kind, NetworkTask task, NetworkLoss loss, SequencePooling pooling)
    {
        var settings = new NetworkSettings
        {
            Kind = kind,
            Task = task,
            Loss = loss,
            Pooling = pooling,
            Hidden = [4],
            LstmSize = 3,
            EmbeddingSize = 3,
            Bidirectional = true,
            Convolutions = [new() { Filters = 2 }],
        };
        var outputs = task == NetworkTask.Number ? 1 : 3;
        var sizes = kind switch
        {
            NetworkKind.Dense => new NetworkSizes { Outputs = outputs, Features = 5 },
            NetworkKind.Convolutional => new() { Outputs = outputs, Channels = 2, Height = 4, Width = 4 },
            NetworkKind.Recurrent => new() { Outputs = outputs, StepWidth = 2 },
            _ => new() { Outputs = outputs, Ids = 6, Features = 4 },
        };
        var random = new Random(3);
        using var graph = new NetworkGraph(settings, sizes);
        Fill(graph, random);
        var batch = NetworkBatches.Of([.. Enumerable.Range(0, 3).Select(row => Input(sizes, row + 1, random))], bidirectional: true, sizes) with
        {
            Classes = [0, 2, 1],
            Targets = [.. Enumerable.Range(0, 3 * outputs).Select(i => (float)(i % 2))],
        };
        using var scope = NewDisposeScope();
        NetworkLosses.Of(settings, graph.Forward(batch, dropout: null), batch).backward();

        foreach (var parameter in graph.Parameters)
        {
            var gradient = parameter.Gradient()!.data<float>().ToArray();
            for (var trial = 0; trial < 3; trial++)
            {
                // Along a random direction: single weights of float32 networks move the loss by too little.
                float[] direction = [.. gradient.Select(_ => (float)(random.Next(2) == 0 ? -1 : 1))];
                const float Step = 2e-3f;
                var slope = (LossAt(parameter, direction, Step) - LossAt(parameter, direction, -Step)) / (2 * Step);
                var expected = gradient.Zip(direction, (g, d) => g * d).Sum();
                Assert.True(Math.Abs(slope - expected) < 2e-2 * Math.Max(0.1, gradient.Sum(Math.Abs)), $"{parameter.Name}: {expected} by gradients, {slope} by differences");
            }
        }

        double LossAt(NetworkParameter parameter, float[] direction, float step)
        {
            var before = parameter.Values.ToArray();
            for (var i = 0; i < before.Length; i++)
                parameter.Values[i] += step * direction[i];
            var value = NetworkLosses.Value(NetworkLosses.Of(settings, graph.Forward(batch, dropout: null), batch));
            before.CopyTo(parameter.Values);
            return value;
        }
    }

    [Fact]
    public void Dropout_when_drawn_drops_its_share_and_keeps_the_mean()
    {
        var factors = new DropoutSource(0.3f, new Random(1)).Next(100_000);

        Assert.InRange(factors.Count(factor => factor == 0), 29_000, 31_000);
        Assert.InRange(factors.Average(), 0.98, 1.02);
        Assert.Equal(1 / 0.7f, factors.Max());
    }

    private static NetworkInput Input(NetworkSizes sizes, int steps, Random random) => new()
    {
        Features = sizes.Features == 0 ? SparseVector.Empty : new([0, 1, sizes.Features - 1], [Value(random), Value(random), Value(random)]),
        Pixels = [.. Enumerable.Range(0, sizes.Channels * sizes.Height * sizes.Width).Select(_ => Value(random))],
        Ids = sizes.Ids == 0 ? [] : [.. Enumerable.Range(0, steps).Select(_ => random.Next(sizes.Ids))],
        Vectors = [.. Enumerable.Range(0, steps * sizes.StepWidth).Select(_ => Value(random))],
    };

    private static float Value(Random random) => (random.NextSingle() * 2) - 1;

    private static void Fill(NetworkGraph graph, Random random)
    {
        foreach (var parameter in graph.Parameters)
            parameter.FromArtefact([.. Enumerable.Range(0, parameter.Values.Length).Select(_ => 0.6f * Value(random))]);
    }

    private static ConvolutionLayer Layer(Random random) => new() { Filters = random.Next(1, 9), Kernel = 1 + (2 * random.Next(3)), Pool = random.Next(1, 4) };

    private static (NetworkSpec Spec, List<LabelledExample> Examples) RandomSpec(NetworkKind kind, NetworkTask task, Random random)
    {
        var examples = SampleExamples.Of(kind, 60, random.Next());
        if (kind == NetworkKind.Recurrent && random.Next(2) == 0)
        {
            var width = random.Next(1, 5);
            examples = [.. examples.Select(example => example with
            {
                Values = new Dictionary<string, ExampleValue> { ["steps"] = new ExampleValue.Vectors(Enumerable.Range(0, width * random.Next(1, 9)).Select(_ => Value(random)).ToArray(), width) },
            })];
        }
        var spec = SampleExamples.Spec(kind);
        spec = spec with
        {
            Network = new()
            {
                Kind = kind,
                Task = task,
                Hidden = [.. Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(1, 40))],
                Convolutions = [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Layer(random))],
                LstmSize = random.Next(1, 50),
                EmbeddingSize = random.Next(1, 20),
                Bidirectional = random.Next(2) == 0,
                Pooling = (SequencePooling)random.Next(3),
                Wide = random.Next(2) == 0,
            },
        };
        return (spec, task == NetworkTask.Number ? [.. examples.Select(example => example with { Labels = [] })] : examples);
    }

    private static NetworkManifest Manifest(NetworkSpec spec, NetworkData data, NetworkCalibration calibration) => new()
    {
        Created = DateTimeOffset.UnixEpoch,
        CodeVersion = "test",
        Spec = spec,
        Target = data.Target,
        Calibration = calibration,
        Data = data.Summary,
    };
}
