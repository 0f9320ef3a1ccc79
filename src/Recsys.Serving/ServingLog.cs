using Microsoft.Extensions.Logging;

namespace Recsys.Serving;

/// <summary>Everything that the engine logs. Ids and names are a contract with whoever alerts on them.</summary>
internal static partial class ServingLog
{
    [LoggerMessage(2001, LogLevel.Error, "A batch of {Count} events failed unexpectedly and was answered Unavailable")]
    public static partial void CommitFailed(this ILogger logger, Exception exception, int count);

    [LoggerMessage(2002, LogLevel.Warning, "The store is down: {Count} events were answered Unavailable")]
    public static partial void StoreDownForEvents(this ILogger logger, Exception exception, int count);

    [LoggerMessage(2003, LogLevel.Error, "The state of a user in {Namespace} can't be read and is made anew from the log")]
    public static partial void StateUnreadable(this ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(2004, LogLevel.Warning, "{Count} events were answered Unavailable because another process kept changing their users")]
    public static partial void ConflictsLasted(this ILogger logger, int count);

    [LoggerMessage(2005, LogLevel.Warning, "The store is down: a list in {Namespace} was made from memory")]
    public static partial void StoreDownForList(this ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(2006, LogLevel.Information, "The engine is open: {Events} events of the log's tail count for trending")]
    public static partial void EngineOpen(this ILogger logger, int events);

    [LoggerMessage(2008, LogLevel.Error, "The profile of a user in {Namespace} can't be read")]
    public static partial void ProfileUnreadable(this ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(2009, LogLevel.Error, "The log of a user in {Namespace} can't be read, so events were answered Unavailable")]
    public static partial void LogUnreadable(this ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(2010, LogLevel.Warning, "What other replicas change can't be read now: catalogue, keys, models and placements stay as they are here until the store is back")]
    public static partial void ChangesStopped(this ILogger logger, Exception exception);

    [LoggerMessage(2011, LogLevel.Information, "What other replicas changed is read again")]
    public static partial void ChangesAgain(this ILogger logger);

    [LoggerMessage(2012, LogLevel.Error, "A change of {Collection} by another replica can't be read and is passed over")]
    public static partial void ChangeUnreadable(this ILogger logger, Exception exception, string collection);

    [LoggerMessage(2013, LogLevel.Error, "The store is lost for this server, writes are answered Unavailable from now on and it isn't ready any more: {Loss}")]
    public static partial void StoreLost(this ILogger logger, string loss);

    [LoggerMessage(2014, LogLevel.Error, "Changes by other replicas can't be taken over; it's tried again and again")]
    public static partial void ChangesFailed(this ILogger logger, Exception exception);

    [LoggerMessage(2015, LogLevel.Error, "Placement {Placement} in {Namespace} can't be read: where it's held, its last readable version stays in effect, else that of `default`")]
    public static partial void PlacementUnreadable(this ILogger logger, Exception exception, string placement, string @namespace);

    [LoggerMessage(2016, LogLevel.Error, "The experiments of {Namespace} can't be read: those that are held stay in effect, where none are none is")]
    public static partial void ExperimentsUnreadable(this ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(2017, LogLevel.Error, "What follows from {Count} stored events failed unexpectedly: they were answered as stored, but trending counts, streams or metrics may lack them")]
    public static partial void CommitNotTold(this ILogger logger, Exception exception, int count);

    [LoggerMessage(2018, LogLevel.Warning, "{Count} plays came too fast to be told to the other replicas: their trending counts lack them until they start again")]
    public static partial void PlaysUntold(this ILogger logger, int count);

    [LoggerMessage(2007, LogLevel.Error, "A log entry with sequence {Sequence} can't be read and is passed over")]
    public static partial void LogEntryUnreadable(this ILogger logger, Exception exception, long sequence);
}
