using Recsys.Content.Networks;

namespace Recsys.Tests.Content;

/// <summary>Calibrations fitted to logits whose true odds are known.</summary>
public sealed class CalibrationTests
{
    [Fact]
    public void Temperature_when_logits_are_three_times_too_sure_is_three()
    {
        var random = new Random(1);
        var (logits, truths) = (new List<float[]>(), new List<int>());
        for (var i = 0; i < 5_000; i++)
        {
            float[] honest = [.. Enumerable.Range(0, 4).Select(_ => (float)((random.NextDouble() * 4) - 2))];
            var draw = random.NextDouble() * honest.Sum(logit => Math.Exp(logit));
            var truth = 0;
            while (truth < 3 && (draw -= Math.Exp(honest[truth])) > 0) truth++;
            logits.Add([.. honest.Select(logit => 3 * logit)]);
            truths.Add(truth);
        }

        Assert.Equal(3, 1 / CalibrationFit.Temperature(logits, truths).Slopes[0], 0.2);
    }

    [Fact]
    public void Platt_when_logits_are_shifted_and_stretched_finds_both()
    {
        var random = new Random(2);
        var (logits, truths) = (new List<float[]>(), new List<bool[]>());
        for (var i = 0; i < 20_000; i++)
        {
            var honest = (random.NextDouble() * 6) - 3;
            logits.Add([(float)((honest - 1) * 2), 7]);
            truths.Add([random.NextDouble() < 1 / (1 + Math.Exp(-honest)), true]);
        }

        var calibration = CalibrationFit.Platt(logits, truths);
        Assert.Equal(0.5, calibration.Slopes[0], 0.02);
        Assert.Equal(1, calibration.Intercepts[0], 0.06);
        // Always true: nothing to learn from.
        Assert.Equal((1f, 0f), (calibration.Slopes[1], calibration.Intercepts[1]));
        Assert.Null(calibration.Problem(NetworkTask.Labels, 2));
    }

    [Fact]
    public void Platt_when_labels_are_parted_perfectly_stays_finite()
    {
        var calibration = CalibrationFit.Platt([[-3], [-2], [2], [50]], [[false], [false], [true], [true]]);
        Assert.Null(calibration.Problem(NetworkTask.Labels, 1));
    }

    [Fact]
    public void Calibration_without_examples_is_none()
    {
        Assert.Empty(CalibrationFit.Temperature([], []).Slopes);
        Assert.Empty(CalibrationFit.Platt([], []).Slopes);
    }
}
