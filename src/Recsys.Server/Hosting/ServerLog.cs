namespace Recsys.Server.Hosting;

/// <summary>Everything that the server logs; event names are a contract.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Listening on {Addresses}; store {StorePath}")]
    public static partial void Listening(this ILogger log, string addresses, string storePath);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Stopping: open streams are settled, queued events are written")]
    public static partial void Stopping(this ILogger log);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "Stopped")]
    public static partial void Stopped(this ILogger log);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning,
        Message = "No API key exists and {BindAddress} is not a loopback address: everybody who reaches it may read and write everything")]
    public static partial void AnonymousNetwork(this ILogger log, string bindAddress);

    [LoggerMessage(EventId = 5, Level = LogLevel.Error, Message = "{Method} failed unexpectedly (incident {IncidentId})")]
    public static partial void CallFailed(this ILogger log, Exception exception, string method, string incidentId);

    [LoggerMessage(EventId = 7, Level = LogLevel.Warning, Message = "{Warning}")]
    public static partial void StoreWarning(this ILogger log, string warning);

    [LoggerMessage(EventId = 8, Level = LogLevel.Warning, Message = "Waiting for the store, at most {Seconds} s more: {Reason}")]
    public static partial void WaitingForStore(this ILogger log, int seconds, string reason);

    [LoggerMessage(EventId = 6, Level = LogLevel.Error, Message = "Closing the store failed")]
    public static partial void CloseFailed(this ILogger log, Exception exception);
}
