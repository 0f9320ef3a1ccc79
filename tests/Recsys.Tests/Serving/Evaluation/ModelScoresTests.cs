using Recsys.Inference;
using Recsys.Inference.Artefacts;
using Recsys.Serving.Evaluation;
using Recsys.Serving.Live;
using Recsys.Serving.Sessions;
using Recsys.Tests.Inference;

namespace Recsys.Tests.Serving.Evaluation;

public sealed class ModelScoresTests : IDisposable
{
    private const int ItemCount = 50;
    private const int Size = 16;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_first_of_averaged_networks_scores_as_an_artefact_of_it_alone()
    {
        var single = SampleModel.Settings(Size, Size, 1);
        var two = single with { Members = 2 };
        var joined = SampleModel.Tensors(two, ItemCount, seed: 3);
        var alone = SampleModel.Tensors(single, ItemCount, seed: 3);
        for (var i = 0; i < alone.Count; i++) alone[i] = FirstOf(joined.Single(tensor => tensor.Name == alone[i].Name), alone[i]);
        var user = new HeldOutUser(
            "u", [.. Enumerable.Range(0, 8).Select(i => new Interaction((uint)((i * 15) + 7), InteractionKind.Play, 200, i * 60_000))], new(7, InteractionKind.Play, 200, 600_000));
        var (expected, all, first) = (new float[ItemCount], new float[ItemCount], new float[ItemCount]);
        Scores(single, alone, (scores, one) => scores.Float32(one, expected), user);
        Scores(two, joined, (scores, one) => scores.Float32(one, all), user);
        Scores(two, joined, (scores, one) => scores.FirstMember(one, first), user);
        for (var item = 0; item < ItemCount; item++) Assert.Equal(expected[item], first[item], 1e-4f);
        Assert.Contains(Enumerable.Range(0, ItemCount), item => MathF.Abs(all[item] - expected[item]) > 0.1f);
    }

    [Fact]
    public void The_gap_to_the_request_is_counted_from_the_newest_interaction()
    {
        var settings = SampleModel.Settings(Size, Size, 1);
        HeldOutUser user = new("u", [new(7, InteractionKind.Play, 200, 0), new(22, InteractionKind.Play, 200, 600_000)], new(37, InteractionKind.Play, 200, 601_500));
        Scores(settings, SampleModel.Tensors(settings, ItemCount, seed: 3), (_, one) => Assert.Equal(TimeGap.Bucket(1_500), one.RequestGap), user);
    }

    // Vectors of two networks lie side by side; the last norms are divided by their number; what else belongs to one network is the same.
    private static NamedTensor FirstOf(NamedTensor joined, NamedTensor like)
    {
        var from = joined.Values.Span;
        var values = new float[like.Values.Length];
        var (width, stride) = (like.Shape[^1], joined.Shape[^1]);
        var factor = like.Name.StartsWith("norm.", StringComparison.Ordinal) ? 2 : 1;
        for (var i = 0; i < values.Length; i++) values[i] = factor * from[(i / width * stride) + (i % width)];
        return new(like.Name, like.Shape, values);
    }

    private void Scores(SessionSettings settings, List<NamedTensor> tensors, Action<ModelScores, EvaluationCase> score, HeldOutUser user)
    {
        var path = _folder.Child($"model-{Guid.NewGuid():N}");
        SessionArtefactWriter.Write(path, SampleModel.Manifest(settings, ItemCount), tensors, SampleModel.ItemNumbers(ItemCount));
        var artefact = SessionArtefact.Open(path);
        var model = new LiveModel("default", "session-1", artefact);
        score(new(model), new EvaluationCase(user, model, excludeSeen: false, Measurement.WindowLength));
    }
}
