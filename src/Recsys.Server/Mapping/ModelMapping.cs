using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Recsys.Inference.Evaluation;
using Recsys.Serving.Models;

namespace Recsys.Server.Mapping;

/// <summary>Models, training and evaluation.</summary>
internal static class ModelMapping
{
    public static V1.Model Write(ModelRecord model)
    {
        var message = new V1.Model
        {
            ModelVersion = model.ModelVersion,
            Live = model.Live,
            CreateTime = Times.ToTimestamp(model.CreateTimeMs),
            InteractionCount = model.InteractionCount,
            UserCount = model.UserCount,
            ItemCount = model.ItemCount,
            TrainingTime = Duration.FromTimeSpan(TimeSpan.FromSeconds(model.TrainingSeconds)),
            SettingsJson = model.SettingsJson,
            ArtefactBytes = model.ArtefactBytes,
            Verdict = model.Verdict,
        };
        Write(model.ValidationMetrics, message.ValidationMetrics);
        message.Warnings.Add(model.Warnings);
        return message;
    }

    public static V1.TrainProgress Write(TrainingProgress progress)
    {
        var message = new V1.TrainProgress
        {
            Phase = progress.Phase,
            Epoch = progress.Epoch,
            EpochCount = progress.EpochCount,
            Fraction = progress.Fraction,
            Loss = progress.Loss,
            EventsPerSecond = progress.EventsPerSecond,
            Message = progress.Message,
        };
        if (double.IsFinite(progress.RemainingSeconds))
            message.RemainingTime = Duration.FromTimeSpan(TimeSpan.FromSeconds(Math.Clamp(progress.RemainingSeconds, 0, 1e8)));
        Write(progress.ValidationMetrics, message.ValidationMetrics);
        return message;
    }

    /// <summary>An update of an evaluation: one of the two is set.</summary>
    public static V1.EvaluateModelResponse Write(TrainingProgress? progress, EvaluationReport? report) => report is not null
        ? new() { Report = Write(report) }
        : new() { Progress = Write(progress!) };

    public static V1.EvaluationReport Write(EvaluationReport report)
    {
        var message = new V1.EvaluationReport
        {
            Split = (V1.EvaluationSplit)report.Split,
            UserCount = report.UserCount,
            CaseCount = report.CaseCount,
            ItemCount = report.ItemCount,
            BootstrapResamples = report.BootstrapResamples,
            TrainingInteractionCount = report.TrainingInteractionCount,
            StreamedFloat16Ndcg = report.StreamedFloat16Ndcg,
            WindowedFloat32Ndcg = report.WindowedFloat32Ndcg,
            TieRule = report.TieRule,
            Notes = { report.Notes },
        };
        message.Rows.AddRange(report.Rows.Select(Write));
        message.Slices.AddRange(report.Slices.Select(Write));
        message.TrainingCurves.AddRange(report.TrainingCurves.Select(Write));
        return message;
    }

    private static V1.EvaluationRow Write(EvaluationRow row)
    {
        var message = new V1.EvaluationRow
        {
            Name = row.Name,
            NdcgDifference = Write(row.NdcgDifference),
            RecallDifference = Write(row.RecallDifference),
            Novelty = row.Diversity.Novelty,
            Gini = row.Diversity.Gini,
        };
        Write(row.Metrics, message.Metrics);
        return message;
    }

    private static V1.DifferenceInterval Write(DifferenceInterval difference) =>
        new() { Mean = difference.Mean, Low = difference.Low, High = difference.High };

    private static V1.EvaluationSlice Write(EvaluationSlice slice) => new()
    {
        Kind = (V1.EvaluationSliceKind)slice.Kind,
        Name = slice.Name,
        FromCount = slice.From,
        ToCount = slice.To,
        CaseCount = slice.CaseCount,
        Figures = { slice.Figures.Select(figures => new V1.SliceFigures { Ndcg = figures.Ndcg, Recall = figures.Recall }) },
    };

    private static V1.TrainingCurve Write(TrainingCurve curve) => new() { Name = curve.Name, Epochs = { curve.Epochs.Select(Write) } };

    private static V1.TrainingEpoch Write(TrainingEpoch epoch)
    {
        var message = new V1.TrainingEpoch { Epoch = epoch.Epoch, Loss = epoch.Loss };
        if (epoch.ValidationNdcg is { } ndcg) message.ValidationNdcg = ndcg;
        return message;
    }

    private static void Write(IReadOnlyList<MetricsAtK> metrics, RepeatedField<V1.RankingMetrics> target)
    {
        foreach (var m in metrics)
            target.Add(new V1.RankingMetrics { K = m.K, Ndcg = m.Ndcg, Recall = m.Recall, Mrr = m.Mrr, Coverage = m.Coverage });
    }
}
