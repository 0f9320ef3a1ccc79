using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
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
        };
        Write(model.ValidationMetrics, message.ValidationMetrics);
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

    public static V1.EvaluationReport Write(EvaluationReport report)
    {
        var message = new V1.EvaluationReport
        {
            Split = (V1.EvaluationSplit)report.Split,
            UserCount = report.UserCount,
            ItemCount = report.ItemCount,
            TrainingInteractionCount = report.TrainingInteractionCount,
            StreamedFloat16Ndcg = report.StreamedFloat16Ndcg,
            WindowedFloat32Ndcg = report.WindowedFloat32Ndcg,
            TieRule = report.TieRule,
            Notes = { report.Notes },
        };
        foreach (var row in report.Rows)
        {
            var rowMessage = new V1.EvaluationRow { Name = row.Name };
            Write(row.Metrics, rowMessage.Metrics);
            message.Rows.Add(rowMessage);
        }

        return message;
    }

    private static void Write(IReadOnlyList<MetricsAtK> metrics, RepeatedField<V1.RankingMetrics> target)
    {
        foreach (var m in metrics)
            target.Add(new V1.RankingMetrics { K = m.K, Ndcg = m.Ndcg, Recall = m.Recall, Mrr = m.Mrr, Coverage = m.Coverage });
    }
}
