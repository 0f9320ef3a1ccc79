using Recsys.Inference;
using Recsys.Serving.Live;

namespace Recsys.Serving.Evaluation;

/// <summary>The bare network's scores for a case, without the engine around it.</summary>
internal sealed class ModelScores(LiveModel model)
{
    /// <summary>From the window in float32 throughout, for a request at an unknown time.</summary>
    public void Float32(EvaluationCase one, Span<float> scores) => Float32(one, TimeGap.Unknown, scores);

    /// <summary>The same for a request at the time of the target.</summary>
    public void Timed(EvaluationCase one, Span<float> scores) => Float32(one, one.RequestGap, scores);

    /// <summary>From a state that is rounded to float16 after each step, as the engine stores it.</summary>
    public void Float16(EvaluationCase one, Span<float> scores)
    {
        var network = model.Network;
        var (slot, output) = (new Half[network.SlotLength], new float[network.EmbeddingSize]);
        foreach (var step in one.Window)
        {
            if (step.Item >= 0) network.Step(slot, step);
        }

        network.ReadOutput(slot, output);
        model.Index.ScoreAll(output, scores);
    }

    private void Float32(EvaluationCase one, byte requestGap, Span<float> scores)
    {
        var network = model.Network;
        var (state, output) = (new float[network.StateLength], new float[network.EmbeddingSize]);
        foreach (var step in one.Window) network.StepFloat32(state, step, output, requestGap);
        model.Index.ScoreAll(output, scores);
    }
}
