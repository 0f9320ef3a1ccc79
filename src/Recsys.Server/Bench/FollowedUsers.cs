using System.Diagnostics;

namespace Recsys.Server.Bench;

/// <summary>
/// The users of one stream whose lists are watched: finds, for an event, the first list that follows from it. Only events of users who have been
/// quiet for a second are followed: a list then can't be the answer to an event before. Not thread-safe.
/// </summary>
internal sealed class FollowedUsers(LoadRecorder recorder)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, Followed> _users = new(StringComparer.Ordinal);

    /// <summary>Watches a user.</summary>
    public void Add(string userId) => _users[userId] = new Followed();

    /// <summary>How many.</summary>
    public int Count => _users.Count;

    /// <summary>How many have had their first list.</summary>
    public int Listed { get; private set; }

    /// <summary>An event was sent.</summary>
    public void Sent(string userId, long scheduled, long now)
    {
        if (!_users.TryGetValue(userId, out var user)) return;
        if (user is { Scheduled: 0, Unacknowledged: 0, Lists: > 0 } && (user.LastAck == 0 || Stopwatch.GetElapsedTime(user.LastAck, now) >= Quiet))
        {
            user.Scheduled = scheduled;
        }

        user.Unacknowledged++;
    }

    /// <summary>An event was acknowledged.</summary>
    public void Acknowledged(string userId, bool stored, long now)
    {
        if (!_users.TryGetValue(userId, out var user)) return;
        user.Unacknowledged--;
        user.LastAck = now;
        if (!stored) user.Scheduled = 0;
    }

    /// <summary>A list came.</summary>
    public void ListCame(string userId, long revision, long now)
    {
        if (!_users.TryGetValue(userId, out var user)) return;
        if (user.Lists++ == 0) Listed++;
        if (user.Scheduled != 0 && revision > user.Revision)
        {
            recorder.Answer(OperationKind.EventToList, user.Scheduled, now);
            user.Scheduled = 0;
        }

        user.Revision = Math.Max(user.Revision, revision);
    }

    /// <summary>The stream is over: what is still waited for won't come on it.</summary>
    public void Abandon(string code)
    {
        foreach (var user in _users.Values)
        {
            if (user.Scheduled != 0) recorder.Miss(OperationKind.EventToList, user.Scheduled, code);
            (user.Scheduled, user.Unacknowledged) = (0, 0);
        }
    }

    private sealed class Followed
    {
        public long Scheduled { get; set; }

        public long LastAck { get; set; }

        public int Unacknowledged { get; set; }

        public long Revision { get; set; }

        public int Lists { get; set; }
    }
}
