namespace Recsys.Serving.Users;

/// <summary>Profiles, logs, linking, deletion and export of users.</summary>
public sealed class UserDirectory
{
    /// <summary>Reads a user.</summary>
    /// <exception cref="EngineException">NotFound, Unavailable.</exception>
    public ValueTask<UserSummary> GetAsync(string ns, string userId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Changes a profile atomically; creates the user if there is none.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="userId">Whose.</param>
    /// <param name="etag">If not empty, the version that must be stored.</param>
    /// <param name="change">From the stored profile (one with nothing but the id where there is none) to the new one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The profile as stored, and its version.</returns>
    /// <exception cref="EngineException">Aborted (etag), Unavailable.</exception>
    public ValueTask<(UserProfile Profile, string Etag)> UpdateAsync(
        string ns, string userId, string etag, Func<UserProfile, UserProfile> change, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Reads a user's events, newest commit first, with a sequence smaller than <paramref name="beforeSequence"/>.</summary>
    public ValueTask<IReadOnlyList<StoredEvent>> ListEventsAsync(
        string ns, string userId, long beforeSequence, int maxCount, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Makes the events of an anonymous user those of a known one and deletes the anonymous one. Idempotent.</summary>
    /// <returns>Events that changed hands.</returns>
    /// <exception cref="EngineException">InvalidArgument (the same user), NotFound, FailedPrecondition (too many events), Unavailable.</exception>
    public ValueTask<long> LinkAsync(string ns, string anonymousUserId, string knownUserId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Deletes everything of a user. Idempotent.</summary>
    public ValueTask DeleteAsync(string ns, string userId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Everything that is stored of a user: (kind, JSON document), kind being "profile", "state", "event" or "exposure".</summary>
    /// <exception cref="EngineException">NotFound, Unavailable.</exception>
    public IAsyncEnumerable<(string Kind, string Json)> ExportAsync(string ns, string userId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
