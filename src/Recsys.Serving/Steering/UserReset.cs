using Recsys.Serving.Bytes;
using Recsys.Serving.Events;
using Recsys.Serving.Sessions;
using Recsys.Serving.Users;
using Recsys.Storage;

namespace Recsys.Serving.Steering;

/// <summary>
/// Resets a user in one atomic commit: a custom event in the log, the state after it, and the profile without steering. The state stays a function of the log, so whoever makes it anew, on
/// whatever replica, comes to the same.
/// </summary>
internal sealed class UserReset(IRecsysStore store, UserDirectory users, FoldRules rules, TimeProvider time)
{
    private const int MaxAttempts = 20;

    /// <summary>Resets; returns the event's id. Must run with the user's mailbox held.</summary>
    public async ValueTask<string> RunAsync(UserKey user, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var record = await users.LoadAsync(user, cancellationToken);
            if (record.Revision == 0) throw UserDirectory.NotFound(user.UserId);
            var state = await users.StateAsync(user, record, cancellationToken);
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();

            // Not before the newest event: a client whose clock is ahead has told of later ones, which are to be forgotten too.
            var note = new WatchEvent
            {
                EventId = $"{FoldEvent.ResetName}:{Guid.NewGuid():n}",
                UserId = user.UserId,
                Type = WatchEventType.Custom,
                CustomName = FoldEvent.ResetName,
                EventTimeMs = Math.Max(now, state.NewestEventMs),
            };
            UserFold.Apply(state, FoldEvent.Of(note, 0, 0), rules);
            state.SinceMs = Math.Max(now, state.SinceMs + 1);
            var writer = new CompactWriter();
            EventCodec.Encode(writer, note, 0, -1, now);
            var commit = new UserCommit
            {
                User = user,
                ExpectedRevision = record.Revision,
                State = SessionStateCodec.Encode(state),
                Profile = WithoutSteering(record.Profile),
                Appends = [new(LogStream.Events, note.EventId, EventIdHash.Of(note.EventId), writer.ToArray())],
                ReceiveTimeMs = now,
            };
            var results = await StoreFailure.GuardAsync(() => store.CommitAsync([commit], cancellationToken));
            if (results[0].Status == CommitStatus.Committed) return note.EventId;
        }

        throw new EngineException(EngineErrorKind.Aborted, "USER_CONTENDED", $"User '{user.UserId}' was changed by others {MaxAttempts} times in a row.");
    }

    private static ReadOnlyMemory<byte>? WithoutSteering(ReadOnlyMemory<byte> stored) =>
        !stored.IsEmpty && UserProfileJson.Read(stored.Span) is { Steering: not null } profile ? UserProfileJson.Write(profile with { Steering = null }) : null;
}
