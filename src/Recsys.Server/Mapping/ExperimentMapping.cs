using Recsys.Inference.Experiments;
using Recsys.Server.Validation;
using Recsys.Serving.Experiments;
using Recsys.Serving.Placements;

namespace Recsys.Server.Mapping;

/// <summary>
/// Experiments and their reports. On their way in, what the engine's record can't hold is reported here: ids, names, and lists of far more entries than are allowed. The rest is up to
/// <see cref="ExperimentRegistry.CheckAsync"/>.
/// </summary>
internal static class ExperimentMapping
{
    /// <summary>Maps an experiment; with violations the result must not be used.</summary>
    public static Experiment Read(V1.Experiment message, FieldViolations violations)
    {
        violations.Id("experiment_id", message.ExperimentId);
        violations.Id("placement", message.Placement);
        violations.Id("salt", message.Salt, required: false);
        violations.Id("control", message.Control, maxBytes: ExperimentLimits.NameBytes);
        return new Experiment
        {
            ExperimentId = message.ExperimentId,
            Placement = message.Placement,
            Salt = message.Salt,
            Variants = violations.Count("variants", message.Variants.Count, ExperimentLimits.Variants) ? [.. message.Variants.Select((variant, i) => Read(variant, i, violations))] : [],
            Control = message.Control,
        };
    }

    public static V1.Experiment Write(Experiment experiment)
    {
        var message = new V1.Experiment
        {
            ExperimentId = experiment.ExperimentId,
            Placement = experiment.Placement,
            Salt = experiment.Salt,
            Control = experiment.Control,
            Etag = ExperimentRegistry.Etag(experiment),
            StartTime = Times.ToTimestamp(experiment.StartTimeMs),
            StopTime = experiment.StopTimeMs is { } stop ? Times.ToTimestamp(stop) : null,
        };
        message.Variants.AddRange(experiment.Variants.Select(variant => new V1.ExperimentVariant
        {
            Name = variant.Name,
            Share = variant.Share,
            PlacementId = variant.PlacementId,
            Sources = { variant.Sources.Select(PlacementMapping.WriteSource) },
            ModelVersion = variant.ModelVersion,
        }));
        return message;
    }

    public static V1.ExperimentReport Write(ExperimentOutcome outcome)
    {
        var (ratio, rows) = (outcome.Report.SampleRatio, outcome.Report.Variants);
        var message = new V1.ExperimentReport
        {
            Experiment = Write(outcome.Experiment),
            EndTime = Times.ToTimestamp(outcome.EndMs),
            SampleRatio = new V1.SampleRatio { Verdict = Verdict(ratio.Verdict), PValue = ratio.PValue, WorstVariant = ratio.Worst?.Name ?? "", Text = ratio.Text },
            UnattributedImpressions = outcome.UnattributedImpressions,
        };
        message.Variants.AddRange(rows.Select((row, i) => new V1.VariantReport
        {
            Name = row.Name,
            Control = row.IsControl,
            Users = row.Users,
            ExpectedUsers = ratio.Variants[i].ExpectedUsers,
            Exposures = row.Exposures,
            Plays = row.Plays,
            PlayedSeconds = row.PlayedSeconds,
            PlayRate = Write(row.PlayRate),
            SecondsPerUser = Write(row.SecondsPerUser),
            SecondsPerExposure = Write(row.SecondsPerExposure),
        }));
        return message;
    }

    private static ExperimentVariant Read(V1.ExperimentVariant variant, int index, FieldViolations violations)
    {
        violations.Id("variants", variant.Name, maxBytes: ExperimentLimits.NameBytes, index: index, leaf: "name");
        violations.Id("variants", variant.PlacementId, required: false, index: index, leaf: "placement_id");
        violations.Id("variants", variant.ModelVersion, required: false, index: index, leaf: "model_version");
        var areFew = variant.Sources.Count <= PlacementLimits.Sources;
        if (!areFew) violations.Add("variants", index, "sources", $"holds {variant.Sources.Count} entries, at most {PlacementLimits.Sources} are allowed");
        return new(variant.Name, variant.Share, variant.PlacementId, areFew ? [.. variant.Sources.Select(PlacementMapping.ReadSource)] : []) { ModelVersion = variant.ModelVersion };
    }

    private static V1.SampleRatioVerdict Verdict(SampleRatioVerdict verdict) => verdict switch
    {
        SampleRatioVerdict.TooFew => V1.SampleRatioVerdict.TooFew,
        SampleRatioVerdict.Balanced => V1.SampleRatioVerdict.Balanced,
        SampleRatioVerdict.Mismatch => V1.SampleRatioVerdict.Mismatch,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "is no verdict"),
    };

    private static V1.VariantFigure Write(VariantFigure own)
    {
        var message = new V1.VariantFigure { Interval = Write(own.Figure.Interval), TooFew = own.Figure.TooFew ?? "" };
        if (own.Figure.Value is { } value) message.Value = value;
        if (own.Difference is not { } difference) return message;
        message.Difference = new V1.FigureDifference { Interval = Write(difference.Interval), TooFew = difference.TooFew ?? "" };
        if (difference.Value is { } less) message.Difference.Value = less;
        if (difference.Relative is { } relative) message.Difference.Relative = relative;
        if (difference.PValue is { } p) message.Difference.PValue = p;
        return message;
    }

    private static V1.ConfidenceInterval? Write(Interval? interval) => interval is { } ends ? new V1.ConfidenceInterval { Low = ends.Low, High = ends.High } : null;
}
