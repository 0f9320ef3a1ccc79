using System.Text.Json.Nodes;
using Recsys.Inference.Experiments;

namespace Recsys.Server.Commands.Experiments;

/// <summary>The result as JSON: null where there is nothing to give.</summary>
internal static class EstimateJson
{
    /// <summary>One object.</summary>
    public static JsonObject Of(EstimateResult result)
    {
        var report = result.Report;
        return new()
        {
            ["log"] = result.Log,
            ["policy"] = result.Policy,
            ["actions"] = result.Actions,
            ["unit_column"] = result.UnitColumn,
            ["status"] = report.Estimate is null ? "refused" : "estimated",
            ["refusals"] = Of(report.Refusals),
            ["rows"] = report.Rows,
            ["units"] = report.Units,
            ["logged_mean"] = report.LoggedMean,
            ["effective_sample_size"] = report.EffectiveSampleSize,
            ["effective_units"] = report.EffectiveUnits,
            ["mean_weight"] = report.MeanWeight,
            ["mean_weight_error"] = report.MeanWeightError,
            ["max_weight"] = report.MaxWeight,
            ["max_weight_share"] = report.MaxWeightShare,
            ["snips"] = report.Estimate is { } estimate ? Snips(estimate) : null,
            ["ips"] = report.Estimate is { } ips ? new JsonObject { ["value"] = ips.Ips, ["standard_error"] = ips.IpsStandardError } : null,
            ["clipped"] = report.Clipped is { } clipped ? Of(clipped) : null,
            ["truth"] = result.Truth is { } truth ? Of(result, truth) : null,
        };
    }

    private static JsonObject Snips(OffPolicyEstimate estimate) => new()
    {
        ["value"] = estimate.Value,
        ["interval"] = Of(estimate.Interval),
        ["standard_error"] = estimate.StandardError,
        ["delta_standard_error"] = estimate.DeltaStandardError,
        ["delta_interval"] = Of(estimate.DeltaInterval),
        ["bootstrap_interval"] = Of(estimate.BootstrapInterval),
    };

    private static JsonObject Of(ClippedEstimate clipped) => new()
    {
        ["clip"] = clipped.Clip,
        ["status"] = clipped.Value is null ? "refused" : "estimated",
        ["refusals"] = Of(clipped.Refusals),
        ["rows_clipped"] = clipped.ClippedCount,
        ["effective_sample_size"] = clipped.EffectiveSampleSize,
        ["lost_share"] = clipped.LostShare,
        ["value"] = clipped.Value,
        ["max_bias"] = clipped.MaxBias,
        ["interval"] = Of(clipped.Interval),
    };

    private static JsonObject Of(EstimateResult result, OffPolicyReport truth) => new()
    {
        ["log"] = result.TruthLog,
        ["rows"] = truth.Rows,
        ["mean"] = truth.LoggedMean,
        ["interval"] = Of(truth.Estimate?.Interval),
        ["inside"] = result.Inside,
        ["inside_clipped"] = result.InsideClipped,
    };

    private static JsonArray Of(IReadOnlyList<Refusal> refusals) =>
        new([.. refusals.Select(refusal => new JsonObject { ["code"] = NameOf(refusal.Code), ["text"] = refusal.Text })]);

    private static JsonArray? Of(Interval? interval) => interval is { } one ? new(one.Low, one.High) : null;

    private static string NameOf(RefusalCode code) => code switch
    {
        RefusalCode.EffectiveSampleSize => "effective_sample_size",
        RefusalCode.WeightShare => "weight_share",
        RefusalCode.MeanWeight => "mean_weight",
        _ => "no_variation",
    };
}
