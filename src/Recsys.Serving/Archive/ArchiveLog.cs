using Microsoft.Extensions.Logging;

namespace Recsys.Serving.Archive;

/// <summary>What the archive logs. Ids and names are a contract with whoever alerts on them.</summary>
internal static partial class ArchiveLog
{
    [LoggerMessage(2201, LogLevel.Error, "The log could not be archived to {Folder}; it's tried again at the next interval")]
    public static partial void ArchiveFailed(this ILogger logger, Exception exception, string folder);

    [LoggerMessage(2202, LogLevel.Warning, "The store is down: the log is archived later")]
    public static partial void ArchiveStoreDown(this ILogger logger, Exception exception);

    [LoggerMessage(2203, LogLevel.Information, "{Segments} segments of the archive were rewritten without deleted and undone entries")]
    public static partial void ArchiveErased(this ILogger logger, int segments);

    [LoggerMessage(2204, LogLevel.Warning, "The archive of {Namespace} can't be read: the training set is read from the store's log, which has everything")]
    public static partial void ArchiveUnreadable(this ILogger logger, Exception exception, string @namespace);
}
