using System.Security.Authentication;
using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>Why a store can't be opened, in words for who wrote the settings. What no second try can mend is an ArgumentException or a StoreFormatException.</summary>
internal static class OpeningErrors
{
    /// <summary>The store's error for an opening that failed; null: it's no failure of Redis.</summary>
    public static Exception? Translate(Exception error, RedisStoreOptions options)
    {
        string start = $"The store on Redis at {options.Endpoints} can't be opened";
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

    private static string? Refusal(Exception cause, RedisStoreOptions options) => cause switch
    {
        RedisServerException { Kind: RedisErrorKind.WrongPass } => "Redis doesn't take this user and password (WRONGPASS).",
        RedisServerException { Kind: RedisErrorKind.NoAuth } => "Redis asks for a password (NOAUTH), and none is given.",
        RedisServerException { Kind: RedisErrorKind.NoPermission } => $"Redis doesn't let this user do what a store needs: {cause.Message}",
        AuthenticationException when cause.Message.Contains("NameMismatch", StringComparison.Ordinal) =>
            "its TLS certificate is for another host name. Name Redis as the certificate does.",
        AuthenticationException when options.TlsCertificateAuthority.Length > 0 =>
            $"its TLS certificate isn't signed by the authority in {options.TlsCertificateAuthority}, or is for another host name.",
        AuthenticationException when cause.Message.Contains("chain", StringComparison.Ordinal) =>
            "its TLS certificate isn't signed by an authority that this machine trusts. Name the authority's file.",
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
