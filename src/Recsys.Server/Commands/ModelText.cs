using System.Globalization;
using System.Text.Json;
using Recsys.V1;

namespace Recsys.Server.Commands;

/// <summary>All of one model, in lines for people.</summary>
internal static class ModelText
{
    /// <summary>The lines.</summary>
    public static IEnumerable<string> Lines(Model model)
    {
        var (made, seconds) = (model.CreateTime.ToDateTime(), model.TrainingTime.ToTimeSpan().TotalSeconds);
        yield return Text($"{model.ModelVersion}{(model.Live ? ", live" : "")}, made {made:u} in {seconds:F0} s, {model.ArtefactBytes / 1048576.0:F1} MB");
        yield return Text($"trained on {model.InteractionCount:N0} interactions of {model.UserCount:N0} users with {model.ItemCount:N0} items");
        foreach (var m in model.ValidationMetrics)
            yield return Text($"held out: NDCG@{m.K} {m.Ndcg:F4}, Recall@{m.K} {m.Recall:F4}, MRR@{m.K} {m.Mrr:F4}, coverage@{m.K} {m.Coverage:F4}");
        if (model.Verdict.Length > 0) yield return $"verdict: {model.Verdict}";
        foreach (var warning in model.Warnings) yield return $"warning: {warning}";
        using var settings = JsonDocument.Parse(model.SettingsJson);
        foreach (var setting in settings.RootElement.EnumerateObject()) yield return $"  {setting.Name}: {setting.Value.GetRawText()}";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
