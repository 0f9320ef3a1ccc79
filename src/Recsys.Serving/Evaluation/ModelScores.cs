using Recsys.Inference;
using Recsys.Serving.Live;

namespace Recsys.Serving.Evaluation;

/// <summary>The model's scores for a case, without the engine around it: the network's logits and its partners.</summary>
internal sealed class ModelScores(LiveModel model)
{
    /// <summary>From the window in float32 throughout, for a request at an unknown time.</summary>
    public void Float32(EvaluationCase one, Span<float> scores)
    {
        Alone(one, scores);
        AddPartners(one, scores);
    }

    /// <summary>The same for a request at the time of the target.</summary>
    public void Timed(EvaluationCase one, Span<float> scores)
    {
        Network(one, one.RequestGap, scores);
        AddPartners(one, scores);
    }

    /// <summary>As <see cref="Float32"/>, by the network without partners.</summary>
    public void Alone(EvaluationCase one, Span<float> scores) => Network(one, TimeGap.Unknown, scores);

    /// <summary>By the first of the networks that are averaged: what one is worth without the others and without partners. The biases are the mean of all.</summary>
    public void FirstMember(EvaluationCase one, Span<float> scores)
    {
        var settings = model.Network.Artefact.Settings;
        var output = Output(one, TimeGap.Unknown);
        // Members lie side by side, each divided by their number.
        foreach (ref var value in output.AsSpan(0, settings.EmbeddingSize)) value *= settings.Members;
        output.AsSpan(settings.EmbeddingSize).Clear();
        model.Index.ScoreAll(output, scores);
    }

    /// <summary>By the rules without the network.</summary>
    public void Rules(EvaluationCase one, Span<float> scores)
    {
        scores.Clear();
        model.Partners.AddRules(one.Recent, scores);
    }

    /// <summary>By the nearest sessions without the network.</summary>
    public void Neighbours(EvaluationCase one, Span<float> scores)
    {
        scores.Clear();
        model.Partners.AddNeighbours(one.Recent, scores);
    }

    /// <summary>As <see cref="Float32"/>, from a state that is rounded to float16 after each step, as the engine stores it.</summary>
    public void Float16(EvaluationCase one, Span<float> scores)
    {
        var network = model.Network;
        var (slot, output) = (new Half[network.SlotLength], new float[network.VectorSize]);
        foreach (var step in one.Window)
        {
            if (step.Item >= 0) network.Step(slot, step);
        }

        network.ReadOutput(slot, output);
        model.Index.ScoreAll(output, scores);
        AddPartners(one, scores);
    }

    private void AddPartners(EvaluationCase one, Span<float> scores) => model.Partners.Add(one.Recent, scores);

    private void Network(EvaluationCase one, byte requestGap, Span<float> scores) => model.Index.ScoreAll(Output(one, requestGap), scores);

    private float[] Output(EvaluationCase one, byte requestGap)
    {
        var network = model.Network;
        var (state, output) = (new float[network.StateLength], new float[network.VectorSize]);
        foreach (var step in one.Window) network.StepFloat32(state, step, output, requestGap);
        return output;
    }
}
