using Microsoft.Extensions.Logging;
using Recsys.Serving.Archive;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;
using Recsys.Serving.Sessions;
using Recsys.Serving.Steering;
using Recsys.Storage;

namespace Recsys.Serving.Users;

/// <summary>Profiles, logs, linking, deletion and export of users.</summary>
public sealed class UserDirectory
{
    private const int MaxAttempts = 20;
    private const int RecentItems = 20;

    private readonly IRecsysStore _store;
    private readonly ItemNumbers _items;
    private readonly UserMailboxes _mailboxes;
    private readonly FoldRules _rules;
    private readonly UserLink _link;
    private readonly UserExport _export;
    private readonly ArchiveMarks _marks;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    internal UserDirectory(
        IRecsysStore store,
        ItemNumbers items,
        UserMailboxes mailboxes,
        LiveModels models,
        FoldRules rules,
        ArchiveMarks marks,
        Trending trending,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        _store = store;
        _items = items;
        _mailboxes = mailboxes;
        _rules = rules;
        _marks = marks;
        _time = time;
        _logger = loggers.CreateLogger<UserDirectory>();
        _link = new(store, models, rules, marks, trending, time);
        _export = new(store, items, this);
    }

    /// <summary>Reads a user.</summary>
    /// <exception cref="EngineException">NotFound, Unavailable.</exception>
    public async ValueTask<UserSummary> GetAsync(string ns, string userId, CancellationToken cancellationToken)
    {
        var user = new UserKey(ns, userId);
        var record = await LoadAsync(user, cancellationToken);
        if (record.Revision == 0) throw NotFound(userId);
        var state = await StateAsync(user, record, cancellationToken);
        return new()
        {
            Profile = Profile(userId, record),
            Etag = UserProfileJson.Etag(record.Profile.Span),
            Revision = record.Revision,
            RingCount = state.Ring.Count,
            InteractionCount = state.InteractionCount,
            OpenPlayCount = state.OpenPlays.Count,
            StateBytes = record.State.Length,
            LastEventTimeMs = state.IsEmpty ? null : state.NewestEventMs,
            RecentItemIds = [.. state.Ring.AsEnumerable().Reverse().Take(RecentItems).Select(interaction => _items.IdOf(interaction.Item))],
        };
    }

    /// <summary>Changes a profile atomically; creates the user if there is none.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="userId">Whose.</param>
    /// <param name="etag">If not empty, the version that must be stored.</param>
    /// <param name="change">From the stored profile (one with nothing but the id where there is none) to the new one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The profile as stored, and its version.</returns>
    /// <exception cref="EngineException">Aborted (etag), Unavailable.</exception>
    public ValueTask<(UserProfile Profile, string Etag)> UpdateAsync(
        string ns, string userId, string etag, Func<UserProfile, UserProfile> change, CancellationToken cancellationToken)
    {
        var user = new UserKey(ns, userId);
        return _mailboxes.RunAsync(
            user,
            inner => UpdateCoreAsync(user, etag, (before, now) => change(before) with { UserId = userId, UpdateTimeMs = now, Steering = before.Steering }, inner),
            cancellationToken);
    }

    /// <summary>Changes what a user wants atomically, and nothing else of the profile: neither its version nor its time. Creates the user if there is none and something to store.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="userId">Whose.</param>
    /// <param name="change">From what is stored to what will be; the same object: nothing is written.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="EngineException">Unavailable, and what <paramref name="change"/> throws.</exception>
    internal async ValueTask SteerAsync(string ns, string userId, Func<UserSteering, UserSteering> change, CancellationToken cancellationToken)
    {
        var user = new UserKey(ns, userId);
        await _mailboxes.RunAsync(
            user,
            inner => UpdateCoreAsync(
                user,
                "",
                (before, now) =>
                {
                    var old = before.Steering ?? UserSteering.None with { SinceMs = now };
                    var steering = change(old);
                    return ReferenceEquals(steering, old) ? before : before with { Steering = steering.IsEmpty ? null : steering };
                },
                inner),
            cancellationToken);
    }

    /// <summary>As <see cref="PreferenceBook.ResetAsync"/>.</summary>
    internal ValueTask<string> ResetAsync(string ns, string userId, CancellationToken cancellationToken)
    {
        var user = new UserKey(ns, userId);
        return _mailboxes.RunAsync(user, inner => new UserReset(_store, this, _rules, _time).RunAsync(user, inner), cancellationToken);
    }

    /// <summary>Reads a user's events, newest commit first, with a sequence smaller than <paramref name="beforeSequence"/>.</summary>
    public async ValueTask<IReadOnlyList<StoredEvent>> ListEventsAsync(
        string ns, string userId, long beforeSequence, int maxCount, CancellationToken cancellationToken)
    {
        var entries = await StoreFailure.GuardAsync(() => _store.ReadUserLogAsync(
            new(ns, userId), LogStream.Events, beforeSequence, maxCount, newestFirst: true, cancellationToken));
        await _items.CatchUpAsync(cancellationToken);
        return [.. entries.Select(Stored)];
    }

    /// <summary>
    /// Makes the events of an anonymous user those of a known one and deletes the anonymous one. Idempotent: the known user's log gets a custom event
    /// "recsys.link" in the
    /// same commit, by which a later call sees what has been moved. Events that were undone, or that the known user has under the same event id, are not
    /// moved; nothing is
    /// where the known user doesn't allow retention.
    /// </summary>
    /// <returns>Events that changed hands.</returns>
    /// <exception cref="EngineException">InvalidArgument (the same user), NotFound, FailedPrecondition (too many events), Unavailable.</exception>
    public ValueTask<long> LinkAsync(string ns, string anonymousUserId, string knownUserId, CancellationToken cancellationToken)
    {
        if (anonymousUserId == knownUserId)
        {
            throw new EngineException(
                EngineErrorKind.InvalidArgument, "SAME_USER", $"The anonymous and the known user are both '{knownUserId}'.", "known_user_id");
        }

        var (anonymous, known) = (new UserKey(ns, anonymousUserId), new UserKey(ns, knownUserId));
        return _mailboxes.RunAsync(anonymous, known, inner => _link.RunAsync(anonymous, known, inner), cancellationToken);
    }

    /// <summary>Deletes everything of a user but the maturity ceiling, which profiles that name the user as their account keep. Idempotent.</summary>
    public async ValueTask DeleteAsync(string ns, string userId, CancellationToken cancellationToken)
    {
        var user = new UserKey(ns, userId);
        await _mailboxes.RunAsync(
            user,
            async inner =>
            {
                var record = (await StoreFailure.GuardAsync(() => _store.LoadAsync([new(user, [])], Now(), inner)))[0];
                await new AccountCeilings(_store).KeepAsync(user, record.Profile, inner);
                return await StoreFailure.GuardAsync(() => _marks.AroundAsync(user, () => _store.DeleteUserAsync(user, inner), inner));
            },
            cancellationToken);
    }

    /// <summary>Everything that is stored of a user: (kind, JSON document), kind being "profile", "state", "event" or "exposure".</summary>
    /// <exception cref="EngineException">NotFound, Unavailable.</exception>
    public IAsyncEnumerable<(string Kind, string Json)> ExportAsync(string ns, string userId, CancellationToken cancellationToken) =>
        _export.RunAsync(new(ns, userId), cancellationToken);

    /// <summary>The events of all users of a namespace in batches: those of one user in the order of their commits, those of several only roughly.</summary>
    /// <exception cref="EngineException">Unavailable.</exception>
    public IAsyncEnumerable<IReadOnlyList<StoredEvent>> ExportEventsAsync(string ns, EventExportFilter filter, CancellationToken cancellationToken) =>
        new EventExport(_store, _items, this).RunAsync(ns, filter, cancellationToken);

    internal static EngineException NotFound(string userId) =>
        new(EngineErrorKind.NotFound, "USER_NOT_FOUND", $"There is no user '{userId}': neither events nor a profile.", "user_id");

    internal StoredEvent Stored(LogEntry entry)
    {
        var logged = EventCodec.Decode(entry, _items);
        return new(logged.Event, entry.Sequence, logged.ReceiveTimeMs, entry.Undone);
    }

    internal async ValueTask<UserRecord> LoadAsync(UserKey user, CancellationToken cancellationToken)
    {
        var records = await StoreFailure.GuardAsync(() => _store.LoadAsync([new(user, [])], Now(), cancellationToken));
        await _items.CatchUpAsync(cancellationToken);
        return records[0];
    }

    /// <summary>The user's state as of now: plays that have timed out meanwhile are closed, and a state that can't be read is made anew from the log.</summary>
    internal async ValueTask<SessionState> StateAsync(UserKey user, UserRecord record, CancellationToken cancellationToken)
    {
        SessionState state;
        try
        {
            state = SessionStateCodec.Decode(record.State.Span);
        }
        catch (InvalidDataException e)
        {
            _logger.StateUnreadable(e, user.Namespace);
            var refold = new Refold(_store, _rules);
            state = refold.FromLog(await StoreFailure.GuardAsync(() => refold.ReadAsync(user, cancellationToken)), null, [], null);
        }

        UserFold.CloseTimedOut(state, Now(), _rules);
        return state;
    }

    private static UserProfile Profile(string userId, UserRecord record) =>
        record.Profile.IsEmpty ? new() { UserId = userId } : UserProfileJson.Read(record.Profile.Span);

    private async ValueTask<(UserProfile Profile, string Etag)> UpdateCoreAsync(
        UserKey user, string etag, Func<UserProfile, long, UserProfile> change, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var record = await LoadAsync(user, cancellationToken);
            var stored = UserProfileJson.Etag(record.Profile.Span);
            if (etag.Length > 0 && etag != stored)
            {
                var found = stored.Length == 0 ? "there is no profile" : $"the stored one is '{stored}'";
                throw new EngineException(
                    EngineErrorKind.Aborted, "ETAG_MISMATCH", $"The etag of user '{user.UserId}' is given as '{etag}', {found}.", "etag");
            }

            var (before, now) = (Profile(user.UserId, record), Now());
            var after = change(before, now);
            if (ReferenceEquals(after, before)) return (before, stored);
            after = after with { CreateTimeMs = record.Profile.IsEmpty ? now : before.CreateTimeMs };
            var bytes = UserProfileJson.Write(after);
            var commit = new UserCommit { User = user, ExpectedRevision = record.Revision, Profile = bytes, ReceiveTimeMs = now };
            var results = await StoreFailure.GuardAsync(() => _store.CommitAsync([commit], cancellationToken));
            if (results[0].Status == CommitStatus.Committed) return (after, UserProfileJson.Etag(bytes));
        }

        throw new EngineException(
            EngineErrorKind.Aborted,
            "USER_CONTENDED",
            $"User '{user.UserId}' was changed by others {MaxAttempts} times in a row while this change was computed.");
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
