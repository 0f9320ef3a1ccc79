using Recsys.Inference.Kernels;

namespace Recsys.Content.Networks;

/// <summary>What a network's logits say: calibrated probabilities, or a number in its unit.</summary>
internal static class NetworkOutputs
{
    /// <summary>Classes: softmax. Labels: a sigmoid each. After the calibration; overwrites the logits.</summary>
    internal static void Probabilities(NetworkTask task, NetworkCalibration calibration, Span<float> logits)
    {
        if (task == NetworkTask.Classes)
        {
            Softmax(logits, calibration.Slopes.Count > 0 ? calibration.Slopes[0] : 1);
            return;
        }

        for (var k = 0; k < logits.Length; k++)
        {
            var logit = calibration.Slopes.Count > 0 ? ((double)calibration.Slopes[k] * logits[k]) + calibration.Intercepts[k] : logits[k];
            logits[k] = (float)Scalar.Sigmoid(logit);
        }
    }

    /// <summary>The number in its unit.</summary>
    internal static double Number(FittedTarget target, float output) => (output * target.Deviation) + target.Mean;

    private static void Softmax(Span<float> logits, double slope)
    {
        var (highest, sum) = (float.NegativeInfinity, 0.0);
        foreach (var logit in logits) highest = Math.Max(highest, logit);
        foreach (var logit in logits) sum += Math.Exp(slope * ((double)logit - highest));
        foreach (ref var logit in logits) logit = (float)(Math.Exp(slope * ((double)logit - highest)) / sum);
    }
}
