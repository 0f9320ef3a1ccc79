using Recsys.Inference;
using Recsys.Inference.Evaluation.Baselines;
using Recsys.Inference.Index;
using Recsys.Inference.Neighbours;
using Recsys.Inference.Networks;
using Recsys.Inference.Partners;
using Recsys.Inference.Rules;

namespace Recsys.Tests.Inference;

public sealed class AllocationBudgetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Inference_stays_within_its_budgets()
    {
        var network = new SessionNetwork(SampleModel.Open(_folder, SampleModel.Settings(32, 48, 2), items: 1500));
        var index = new ExactIndex(network);
        var chain = MarkovChain.Fit([[1, 2, 3], [2, 3, 1]], 1500);
        var (slot, state) = (new Half[network.SlotLength], new float[network.StateLength]);
        var (output, scores, best) = (new float[32], new float[1500], new ScoredItem[100]);
        int[] history = [1, 2];
        var rules = ItemRulesFit.Fit([[1, 2, 3], [2, 3, 1]], null, 1500, new() { MaxDenseBytes = 0 });
        var nearest = SessionKnn.Fit([[1, 2, 3], [2, 3, 1]], null, 1500);
        var partners = new ModelPartners(rules, nearest, new(2, 100, 1));
        var (rulesScratch, knnScratch) = (new RulesScratch(1500), new SessionKnnScratch(nearest));
        SessionStep[] steps = [.. Enumerable.Range(0, 200).Select(i => new SessionStep(i, InteractionKind.Play, 250))];
        var operations = new Dictionary<string, Action>
        {
            ["inference.session_step"] = () => network.Step(slot, new(7, InteractionKind.Play, 200)),
            ["inference.session_step_float32"] = () => network.StepFloat32(state, new(7, InteractionKind.Play, 200), output),
            ["inference.session_rebuild_200"] = () => network.Rebuild(slot, steps),
            ["inference.session_read_output"] = () => network.ReadOutput(slot, output),
            ["inference.index_score_all"] = () => index.ScoreAll(output, scores),
            ["inference.index_top_100"] = () => index.Top(output, [], best),
            ["inference.index_similar_100"] = () => index.Similar(7, [], best),
            ["inference.markov_score"] = () => chain.Score(history, scores),
            ["inference.rules_score"] = () => rules.Score(history, [], scores),
            ["inference.rules_score_sparse"] = () => rules.Score(history, [], rulesScratch),
            ["inference.session_knn_score"] = () => nearest.Score(history, 0, knnScratch),
            ["inference.partners_add"] = () => partners.Add(history, scores),
        };
        Assert.Equal(AllocationBudget.Names("inference.").Order(), operations.Keys.Order());
        foreach (var (name, operation) in operations) AllocationBudget.Check(name, operation);
    }

    [Fact]
    public void An_allocation_is_seen() => Assert.True(AllocationBudget.BytesPerOperation(() => GC.KeepAlive(new byte[1000])) >= 1000);
}
