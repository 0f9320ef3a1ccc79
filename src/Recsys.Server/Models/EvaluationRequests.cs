using Recsys.Server.Validation;
using Recsys.Serving.Models;

namespace Recsys.Server.Models;

/// <summary>Checks requests for evaluations by the contract's rules and maps them.</summary>
internal static class EvaluationRequests
{
    private const int MaxUserIds = 100_000;
    private const int MaxVariants = 20;
    private const int MaxNameBytes = 64;
    private const int DefaultSeed = 1;

    /// <summary>The options; with violations they must not be used.</summary>
    public static EvaluationOptions Read(V1.EvaluateModelRequest request, FieldViolations violations)
    {
        violations.Range("epochs", request.Epochs, 0, ModelEndpoint.MaxEpochs);
        violations.Range("max_users", request.MaxUsers, 0, int.MaxValue);
        if (request.Split is < V1.EvaluationSplit.Unspecified or > V1.EvaluationSplit.Given)
            violations.Add("split", $"is no known split: {(int)request.Split}");
        if (request.Split == V1.EvaluationSplit.Given) violations.Add("split", "can't be given test data in a request: see recsys evaluate --test");
        if (request.EveryNext && request.Split != V1.EvaluationSplit.Temporal) violations.Add("every_next", "goes with the temporal split");
        if (request.UserIds.Count > MaxUserIds) violations.Add("user_ids", $"must be at most {MaxUserIds:N0}");
        for (var i = 0; i < Math.Min(request.UserIds.Count, MaxUserIds); i++) violations.Id("user_ids", request.UserIds[i], index: i);
        if (request.Variants.Count > MaxVariants) violations.Add("variants", $"must be at most {MaxVariants}");
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(request.Variants.Count, MaxVariants); i++) Check(request.Variants[i], violations.In("variants", i), names);
        violations.In("");
        if (request.SettingsJson.Length > 0) TrainerSettingsJson.Check("settings_json", request.SettingsJson, violations);
        return new()
        {
            Split = request.Split == V1.EvaluationSplit.Temporal ? EvaluationSplit.Temporal : EvaluationSplit.LeaveOneOut,
            Epochs = request.Epochs,
            Seed = request.Seed == 0 ? DefaultSeed : request.Seed,
            ExcludeSeen = !request.HasExcludeSeen || request.ExcludeSeen,
            MaxUsers = request.MaxUsers,
            UserIds = [.. request.UserIds],
            EveryNext = request.EveryNext,
            SettingsJson = request.SettingsJson.Length > 0 ? request.SettingsJson : null,
            Variants = [.. request.Variants.Select(variant => new EvaluationVariant(variant.Name, variant.SettingsJson))],
        };
    }

    private static void Check(V1.EvaluationVariant variant, FieldViolations violations, HashSet<string> names)
    {
        if (violations.Id("name", variant.Name, maxBytes: MaxNameBytes) && !names.Add(variant.Name)) violations.Add("name", "is given twice");
        TrainerSettingsJson.Check("settings_json", variant.SettingsJson, violations);
    }
}
