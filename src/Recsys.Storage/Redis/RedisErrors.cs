using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>The only place that turns Redis' errors into the store's.</summary>
internal static class RedisErrors
{
    private const string FormatMark = "RECSYSFORMAT";

    /// <summary>Whether the call did nothing, because a slot is on its way to another node, and is worth another try at once.</summary>
    public static bool IsOnTheMove(Exception error) =>
        error is RedisServerException { Kind: RedisErrorKind.TryAgain or RedisErrorKind.Moved or RedisErrorKind.Ask or RedisErrorKind.UnknownRedirectTarget };

    /// <summary>
    /// Whether the call did nothing, because a node named another one and the library didn't ask that: it isn't connected, or it was the second redirection in a row (MOVED, then ASK, while a
    /// slot moves on), of which the library follows one. It says the same of both.
    /// </summary>
    public static bool IsUnfollowedRedirect(Exception error) =>
        (error is RedisConnectionException { FailureType: ConnectionFailureType.UnableToConnect } && error.Message.Contains("not reachable at this point of time", StringComparison.Ordinal))
        || (error is RedisServerException && error.Message.StartsWith("Key has MOVED", StringComparison.Ordinal));

    /// <summary>The store's error for a call that failed; null: it's no failure of Redis.</summary>
    public static Exception? Translate(Exception error) => error switch
    {
        RedisServerException server when server.Message.Contains(FormatMark, StringComparison.Ordinal) =>
            new StoreFormatException($"Redis holds a value that this program can't read: {server.Message}. Use a newer program.", server),
        RedisServerException { Kind: RedisErrorKind.OutOfMemory } => new StoreUnavailableException($"Redis has no memory left: {error.Message}", error),
        RedisServerException { Kind: RedisErrorKind.Misconfigured } => new StoreUnavailableException($"Redis can't write to its disk: {error.Message}", error),
        RedisServerException { Kind: RedisErrorKind.WrongType } => new StoreUnavailableException(
            "A key of Redis holds something else than the store's: another program uses the same prefix. Choose another prefix.", error),
        RedisServerException => new StoreUnavailableException($"Redis refused a call: {error.Message}", error),
        RedisTimeoutException or TimeoutException => new StoreUnavailableException($"Redis didn't answer in time: {Short(error)}", error),
        RedisException => new StoreUnavailableException($"Redis can't be reached: {Short(error)}", error),
        ObjectDisposedException => new StoreUnavailableException("The store is closed.", error),
        _ => null,
    };

    // The library's messages go on for half a page of counters, often in brackets.
    private static string Short(Exception error)
    {
        int end = error.Message.IndexOfAny([',', ';', '\n']);
        if (end < 0)
            return error.Message;
        int bracket = error.Message.LastIndexOf('(', end);
        return bracket > 0 && error.Message.IndexOf(')', bracket, end - bracket) < 0 ? error.Message[..bracket].TrimEnd() : error.Message[..end];
    }
}
