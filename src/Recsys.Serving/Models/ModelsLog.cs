using Microsoft.Extensions.Logging;

namespace Recsys.Serving.Models;

/// <summary>What the registry logs. Ids and names are a contract with whoever alerts on them.</summary>
internal static partial class ModelsLog
{
    [LoggerMessage(2101, LogLevel.Information, "Model {Version} of {Namespace} is live: {Items} items")]
    public static partial void ModelLive(this ILogger logger, string version, string @namespace, int items);

    [LoggerMessage(2102, LogLevel.Error, "Model {Version} of {Namespace} doesn't pass its checks; the one that was live before it is tried")]
    public static partial void ModelDamaged(this ILogger logger, Exception exception, string version, string @namespace);

    [LoggerMessage(2103, LogLevel.Error, "No model of {Namespace} passes its checks: lists are by popularity")]
    public static partial void NoModelLoads(this ILogger logger, string @namespace);

    [LoggerMessage(2104, LogLevel.Information, "The trainer runs as process {ProcessId}: {Path}")]
    public static partial void TrainerStarted(this ILogger logger, int processId, string path);

    [LoggerMessage(2106, LogLevel.Information, "Model {Version} of {Namespace} is fetched from the store")]
    public static partial void ModelFetched(this ILogger logger, string version, string @namespace);

    [LoggerMessage(2107, LogLevel.Information, "{Prepared} of {Count} recent users have a state of model {Version} of {Namespace}: {Seconds:F1} s")]
    public static partial void StatesPrepared(this ILogger logger, int prepared, int count, string version, string @namespace, double seconds);

    [LoggerMessage(2108, LogLevel.Warning, "Not all replicas were ready for model {Version} of {Namespace} in time: it's live without waiting for them")]
    public static partial void ReplicasNotReady(this ILogger logger, string version, string @namespace);

    [LoggerMessage(2109, LogLevel.Warning, "Model {Version} of {Namespace} couldn't be prepared; it's taken over when it's live")]
    public static partial void NotPrepared(this ILogger logger, Exception exception, string version, string @namespace);

    [LoggerMessage(2114, LogLevel.Information, "Model {Version} of {Namespace} is loaded for an experiment: {Items} items")]
    public static partial void VariantModelLoaded(this ILogger logger, string version, string @namespace, int items);

    [LoggerMessage(2115, LogLevel.Error, "Model {Version} of {Namespace}, which a variant of an experiment names, can't be loaded: the variant's lists are made by the live model until it can")]
    public static partial void VariantModelMissing(this ILogger logger, Exception exception, string version, string @namespace);

    [LoggerMessage(2105, LogLevel.Information, "Model {Version} of {Namespace} is trained: {Interactions} interactions, {Seconds:F1} s")]
    public static partial void ModelTrained(this ILogger logger, string version, string @namespace, long interactions, double seconds);

    [LoggerMessage(2112, LogLevel.Information, "Of model {Version} of {Namespace}: {Warning}")]
    public static partial void ModelWarning(this ILogger logger, string version, string @namespace, string warning);

    [LoggerMessage(2113, LogLevel.Information, "Model {Version} of {Namespace} is deleted: the newest {Kept} are kept")]
    public static partial void ModelDeleted(this ILogger logger, string version, string @namespace, int kept);
}
