using System.Runtime.InteropServices;
using Recsys.Inference;
using Recsys.Inference.Artefacts;
using Recsys.Inference.Kernels;
using Recsys.Inference.Networks;
using Recsys.Training.Session;
using Recsys.Training.Windows;
using Recsys.TrainingTests.Oracle;
using static TorchSharp.torch;

namespace Recsys.TrainingTests.Session;

/// <summary>What is trained is what is served: the network in libtorch and the one in SIMD code say the same.</summary>
public sealed class ParityTests
{
    private const float Tolerance = 1e-4f;

    [Theory]
    [InlineData(16, 16, 1, false, 1)]
    [InlineData(24, 40, 2, false, 1)]
    [InlineData(48, 32, 3, false, 1)]
    [InlineData(16, 16, 1, true, 1)]
    [InlineData(40, 24, 2, true, 1)]
    [InlineData(16, 24, 2, false, 2)]
    [InlineData(24, 16, 1, true, 3)]
    public void Random_weights_give_the_same_outputs_and_logits(int embedding, int hidden, int blocks, bool timeGaps, int members)
    {
        var log = SampleLogs.Mixed(users: 12, items: 50, maxLength: 60, seed: embedding);
        var settings = SampleSettings.Tiny with { Network = SampleSettings.Sizes(embedding, hidden, blocks) with { TimeGaps = timeGaps, Members = members } };
        var weights = SessionWeights.CreateRandom(settings.Network, log.ItemCount, seed: 5);
        // Also what starts at zero or one must tell.
        var random = new Random(6);
        foreach (ref var value in weights.Values.AsSpan())
            value += 0.2f * (random.NextSingle() - 0.5f);

        AssertSame(log, settings, new TrainedSession(weights, 1, [], null, [], TimeSpan.Zero));
    }

    [Fact]
    public void A_freshly_trained_artefact_gives_the_same_outputs_and_logits()
    {
        var log = SampleLogs.Mixed(users: 60, items: 40, maxLength: 50, seed: 9);
        var settings = SampleSettings.Tiny with { Network = SampleSettings.Sizes(32, 32, 2) };

        AssertSame(log, settings, Training.Run(log, settings));
    }

    [Fact]
    public void Members_are_the_networks_that_their_seeds_give_alone()
    {
        var log = SampleLogs.Mixed(users: 60, items: 40, maxLength: 50, seed: 9);
        var settings = SampleSettings.Tiny with { Rules = false, Refit = true };
        var joined = Train(settings with { Network = settings.Network with { Members = 2 } });
        var members = AveragedNetworks.Split(joined.Weights, settings.Network with { Members = 2 }, log.ItemCount);

        Assert.Equal(2, members.Count);
        Assert.False(members[0]["item_embedding"].SequenceEqual(members[1]["item_embedding"]));
        for (var member = 0; member < members.Count; member++)
        {
            var alone = Train(settings with { Seed = settings.Seed + (member * 1_000_003) });
            // Of the biases only the mean is kept.
            foreach (var slot in alone.Weights.Layout.Slots.Where(slot => slot.Name != "item_bias"))
                Assert.True(alone.Weights[slot].SequenceEqual(members[member][slot]), $"{slot.Name} of member {member}");
        }
        AssertSame(log, settings with { Network = settings.Network with { Members = 2 } }, joined);

        TrainedSession Train(TrainingSettings how) =>
            new SessionTraining(log, ValidationSplit.Create(log, 1), how, new Progress<Recsys.Training.Progress.TrainingProgress>(), TimeProvider.System, TextWriter.Null)
                .Run(checkpoint: null, resume: false, CancellationToken.None);
    }

    /// <summary>Partners' weights are chosen beside these logits: another scale would make them wrong where they are served.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Held_out_users_are_ranked_by_the_logits_that_are_served(int members)
    {
        using var folder = new TemporaryFolder();
        var log = SampleLogs.Mixed(users: 60, items: 40, maxLength: 50, seed: 9);
        var settings = SampleSettings.Tiny with { Network = SampleSettings.Sizes(16, 24, 1) with { Members = members } };
        var weights = Rounded(SessionWeights.CreateRandom(settings.Network, log.ItemCount, seed: 5));
        var random = new Random(6);
        foreach (ref var value in weights["item_bias"])
            value = random.NextSingle() - 0.5f;
        SessionArtefacts.Write(folder.Child("model"), log, settings, new TrainedSession(weights, 1, [], null, [], TimeSpan.Zero), DateTimeOffset.UnixEpoch);
        var served = new SessionNetwork(SessionArtefact.Open(folder.Child("model")));
        var split = ValidationSplit.Create(log, seed: 1);
        Assert.NotEmpty(split.Users);
        var ranked = new SessionValidator(log, split, settings, seen: null).Logits(weights, split.TargetsOf(log, split.Users), timeKnown: false, default);
        for (var at = 0; at < split.Users.Length; at++)
        {
            var start = log.UserStarts[split.Users[at]];
            var (state, output) = (new float[served.StateLength], new float[served.VectorSize]);
            for (var i = start; i < split.TrainingEnds[split.Users[at]]; i++)
                served.StepFloat32(state, new(log.Items[i], log.Kinds[i], log.Strengths[i], log.GapBefore(i, start)), output, TimeGap.Unknown);
            AssertClose(ranked(at), Logits(served, output), $"held-out user {at}");
        }
    }

    [Fact]
    public void Rounding_the_matrices_moves_a_trained_networks_logits_by_little()
    {
        var log = SampleLogs.Chains(users: 60, items: 40, length: 25, seed: 2);
        var settings = SampleSettings.Tiny with { Network = SampleSettings.Sizes(32, 32, 2), Epochs = 15, ValidateEvery = 15, LearningRate = 1e-2 };
        var trained = Training.Run(log, settings);
        float[] LogitsOf(SessionWeights weights)
        {
            using var network = new TorchNetwork(settings, weights.Layout, bfloat16: false);
            network.Load(weights);
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            return Floats(network.Logits(network.Forward(PaddedBatch.ToLearn(log, Window.Cut(log, ValidationSplit.Nothing(log), length: 25, new Random(1))))));
        }

        var exact = LogitsOf(trained.Weights);
        var rounded = LogitsOf(Rounded(trained.Weights));

        var mean = exact.Average();
        var spread = Math.Sqrt(exact.Average(logit => (double)(logit - mean) * (logit - mean)));
        var differences = exact.Zip(rounded, (a, b) => Math.Abs((double)a - b) / spread).ToArray();
        Assert.InRange(differences.Average(), 1e-5, 0.005);
        Assert.InRange(differences.Max(), 1e-5, 0.05);
    }

    /// <summary>The weights as they are served.</summary>
    private static SessionWeights Rounded(SessionWeights weights)
    {
        var rounded = weights.Copy();
        foreach (var slot in weights.Layout.Slots.Where(slot => slot.IsBlockMatrix))
            BFloat16.Round(rounded[slot]);
        return rounded;
    }

    private static void AssertSame(InteractionLog log, TrainingSettings settings, TrainedSession trained)
    {
        using var folder = new TemporaryFolder();
        SessionArtefacts.Write(folder.Child("model"), log, settings, trained, DateTimeOffset.UnixEpoch);
        var served = new SessionNetwork(SessionArtefact.Open(folder.Child("model")));
        Assert.Equal(log.ItemNumbers, served.Artefact.ItemNumbers);
        Assert.Equal(log.CountTargets().Select(count => (float)count), served.ItemPopularity.ToArray());

        var one = settings with { Network = settings.Network with { Members = 1 } };
        var networks = AveragedNetworks.Split(trained.Weights, settings.Network, log.ItemCount).Select(member =>
        {
            var network = new TorchNetwork(one, member.Layout, bfloat16: false);
            network.Load(Rounded(member));
            return network;
        }).ToArray();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        for (var user = 0; user < log.UserCount; user++)
        {
            var start = log.UserStarts[user];
            var state = new float[served.StateLength];
            var output = new float[served.VectorSize];
            for (var i = start; i < log.UserStarts[user + 1]; i++)
            {
                var timeKnown = i % 2 == 0 && i != log.UserStarts[user + 1] - 1;
                var requestGap = timeKnown ? log.GapBefore(i + 1, start) : TimeGap.Unknown;
                served.StepFloat32(state, new(log.Items[i], log.Kinds[i], log.Strengths[i], log.GapBefore(i, start)), output, requestGap);
                if ((i - start) % 7 != 0 && i != log.UserStarts[user + 1] - 1)
                    continue;
                var batch = PaddedBatch.ToRank(log, [new Window(user, start, i - start + 1, 0)], timeKnown);
                var expected = Array.ConvertAll(networks, network => network.Forward(batch));
                AssertClose(Floats(cat(expected, 1) / networks.Length), output, $"user {user} step {i - start}");
                var logits = networks.Zip(expected, (network, outputs) => network.Logits(outputs)).Aggregate((sum, next) => sum + next) / networks.Length;
                AssertClose(Floats(logits), Logits(served, output), $"logits of user {user} at step {i - start}");
            }
        }
        foreach (var network in networks)
            network.Dispose();
    }

    private static float[] Logits(SessionNetwork network, float[] output)
    {
        var logits = new float[network.ItemCount];
        for (var item = 0; item < logits.Length; item++)
        {
            var row = network.Items.Row(item);
            double sum = network.ItemBias[item];
            for (var i = 0; i < output.Length; i++)
                sum += (double)row[i] * output[i];
            logits[item] = (float)sum;
        }
        return logits;
    }

    private static float[] Floats(Tensor values) => MemoryMarshal.Cast<byte, float>(values.bytes).ToArray();

    private static void AssertClose(float[] expected, float[] actual, string where)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance, $"{where}: value {i} is {actual[i]}, in libtorch {expected[i]}");
    }
}
