using System.Security.Authentication;
using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>Why a store can't be opened, in words for who wrote the settings. What no second try can mend is an ArgumentException or a StoreFormatException.</summary>
internal static class OpeningErrors
{
    /// <summary>The store's error for an opening that failed; null: it's no failure of Redis.</summary>
    /// <param name="error">What the library threw.</param>
    /// <param name="options">How Redis was to be reached.</param>
    /// <param name="distrust">Why its certificate was refused; null: it wasn't.</param>
    public static Exception? Translate(Exception error, RedisStoreOptions options, string? distrust)
    {
        string start = Start(options);
        if (distrust is not null && error is RedisException)
            return new ArgumentException($"{start}: it can't be trusted: {distrust}.", error);
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is RedisServerException { Kind: RedisErrorKind.WrongType })
                return new StoreFormatException($"{start}: another program has keys under the prefix \"{options.Prefix}\". Choose another prefix.", error);
            if (Refusal(cause, options) is { } refusal)
                return new ArgumentException($"{start}: {refusal}", error);
        }

        return RedisErrors.Translate(error) is { } translated ? new StoreUnavailableException($"{start}: {Outage(error) ?? translated.Message}", error) : null;
    }

    /// <summary>Refuses a database that isn't there, which the library says at the first call only, if at all.</summary>
    public static void RequireDatabase(ConnectionMultiplexer multiplexer, int database)
    {
        foreach (var server in multiplexer.GetServers())
        {
            if (!server.IsConnected || database == 0)
                continue;
            if (server.ServerType == ServerType.Cluster)
                throw new ArgumentException($"Redis at {server.EndPoint} is a Cluster, which has database 0 only; {database} can't be chosen.");
            if (server.DatabaseCount > 0 && database >= server.DatabaseCount)
                throw new ArgumentException($"Redis at {server.EndPoint} has no database {database}: it has 0 to {server.DatabaseCount - 1}.");
        }
    }

    /// <summary>Refuses to go on as the default user, which the library does where Redis refuses the one that was given and the default one may do everything.</summary>
    public static async Task RequireUserAsync(ConnectionMultiplexer multiplexer, RedisStoreOptions options)
    {
        if (options.User.Length == 0)
            return;
        try
        {
            string? user = (string?)await multiplexer.GetDatabase().ExecuteAsync("ACL", "WHOAMI").ConfigureAwait(false);
            if (user != options.User)
                throw new ArgumentException($"{Start(options)}: Redis refuses {Credentials(options)}; without them one is user \"{user}\".");
        }
        catch (RedisServerException)
        {
            // A user who may not even ask is one, and not the default user, who could.
        }
    }

    private static string Start(RedisStoreOptions options) => $"The store on Redis at {options.Endpoints} can't be opened";

    // The password itself is never said.
    private static string Credentials(RedisStoreOptions options) => options.User.Length == 0 ? "the password" : $"user \"{options.User}\" with the given password";

    private static string? Refusal(Exception cause, RedisStoreOptions options) => cause switch
    {
        RedisServerException { Kind: RedisErrorKind.WrongPass } => $"Redis refuses {Credentials(options)}.",
        RedisServerException { Kind: RedisErrorKind.NoAuth } => "Redis wants a password, and none is given.",
        RedisServerException { Kind: RedisErrorKind.NoPermission } => $"Redis doesn't let this user do what a store needs: {cause.Message}",
        AuthenticationException when !cause.Message.Contains("frame", StringComparison.Ordinal) => $"TLS with it failed: {cause.Message}",
        _ => null,
    };

    /// <summary>What may pass, where the library's words don't help.</summary>
    private static string? Outage(Exception error) => error switch
    {
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure, InnerException: IOException or AuthenticationException } =>
            "the port doesn't answer as one with TLS does. Is it the plain port?",
        RedisConnectionException { FailureType: ConnectionFailureType.UnableToConnect } =>
            "no connection. Is Redis running there, are host and port right, and is it told rightly whether to speak TLS?",
        _ => null,
    };
}
