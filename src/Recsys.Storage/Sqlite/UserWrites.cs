namespace Recsys.Storage.Sqlite;

/// <summary>Commits of users. Only within the writer's transaction.</summary>
internal sealed class UserWrites
{
    private readonly WriteSession _session;
    private readonly Statement _findUser;
    private readonly Statement _readUser;
    private readonly Statement _insertId;
    private readonly Statement _insertUser;
    private readonly Statement _updateUser;
    private readonly Statement _insertEvent;
    private readonly Statement _insertExposure;
    private readonly Statement _markEventUndone;
    private readonly Statement _markExposureUndone;

    public UserWrites(StoreConnection connection, WriteSession session)
    {
        _session = session;
        _findUser = connection.Prepare("SELECT user FROM user_ids WHERE ns = ? AND user_id = ?");
        _readUser = connection.Prepare("SELECT revision, recent FROM users WHERE user = ?");
        _insertId = connection.Prepare("INSERT INTO user_ids (user, ns, user_id) VALUES (?, ?, ?)");
        _insertUser = connection.Prepare("INSERT INTO users (user, revision, profile, state, recent) VALUES (?, ?, ?, ?, ?)");
        _updateUser = connection.Prepare(
            "UPDATE users SET revision = ?2, profile = coalesce(?3, profile), state = coalesce(?4, state), recent = coalesce(?5, recent) WHERE user = ?1");
        _insertEvent = connection.Prepare("INSERT INTO events (sequence, user, undone, event_id, payload) VALUES (?, ?, 0, ?, ?)");
        _insertExposure = connection.Prepare("INSERT INTO exposures (sequence, user, undone, event_id, payload) VALUES (?, ?, 0, ?, ?)");
        _markEventUndone = connection.Prepare("UPDATE events SET undone = 1 WHERE sequence = ? AND user = ?");
        _markExposureUndone = connection.Prepare("UPDATE exposures SET undone = 1 WHERE sequence = ? AND user = ?");
    }

    /// <summary>The internal number of a user; 0: there is none.</summary>
    public long Find(long ns, string userId)
    {
        using var run = _findUser.Start();
        return run.Bind(1, ns).Bind(2, userId).Step() ? run.Int64(0) : 0;
    }

    /// <summary>Writes one user's change, or nothing if the revision isn't the expected one.</summary>
    public CommitResult Commit(UserCommit commit)
    {
        long ns = _session.Namespaces.GetOrStore(commit.User.Namespace);
        long user = Find(ns, commit.User.UserId);
        ReadOnlyMemory<byte>? recent;
        if (user == 0)
        {
            if (commit.ExpectedRevision > 0)
                return new CommitResult(CommitStatus.Conflict, 0);
            recent = DuplicateWindow.Extend([], commit.Appends, commit.ReceiveTimeMs);
        }
        else
        {
            using var run = _readUser.Start();
            run.Bind(1, user).Step();
            long stored = run.Int64(0);
            if (commit.ExpectedRevision is { } expected && expected != stored)
                return new CommitResult(CommitStatus.Conflict, stored);
            recent = DuplicateWindow.Extend(run.Blob(1), commit.Appends, commit.ReceiveTimeMs);
        }

        long revision = _session.NextRevision();
        if (user == 0)
            user = Insert(ns, revision, commit, recent);
        else
            Update(user, revision, commit, recent);
        long first = Append(user, commit.Appends);
        MarkUndone(user, commit.UndoneSequences);
        return new CommitResult(CommitStatus.Committed, revision, first);
    }

    private long Insert(long ns, long revision, UserCommit commit, ReadOnlyMemory<byte>? recent)
    {
        long user = _session.NextUser();
        using (var id = _insertId.Start())
            id.Bind(1, user).Bind(2, ns).Bind(3, commit.User.UserId).Step();
        using var run = _insertUser.Start();
        run.Bind(1, user).Bind(2, revision)
            .Bind(3, commit.Profile.GetValueOrDefault().Span)
            .Bind(4, commit.State.GetValueOrDefault().Span)
            .Bind(5, recent.GetValueOrDefault().Span)
            .Step();
        return user;
    }

    private void Update(long user, long revision, UserCommit commit, ReadOnlyMemory<byte>? recent)
    {
        using var run = _updateUser.Start();
        run.Bind(1, user).Bind(2, revision)
            .BindNullable(3, commit.Profile)
            .BindNullable(4, commit.State)
            .BindNullable(5, recent)
            .Step();
    }

    private long Append(long user, IReadOnlyList<LogAppend> appends)
    {
        if (appends.Count == 0)
            return 0;
        long first = _session.NextSequences(appends.Count);
        for (int i = 0; i < appends.Count; i++)
        {
            var append = appends[i];
            using var run = (append.Stream == LogStream.Events ? _insertEvent : _insertExposure).Start();
            run.Bind(1, first + i).Bind(2, user).Bind(3, append.EventId).Bind(4, append.Payload.Span).Step();
        }

        return first;
    }

    private void MarkUndone(long user, IReadOnlyList<long> sequences)
    {
        for (int i = 0; i < sequences.Count; i++)
        {
            // Both streams are numbered in one sequence: an entry is in one of them.
            using (var run = _markEventUndone.Start())
                run.Bind(1, sequences[i]).Bind(2, user).Step();
            using (var run = _markExposureUndone.Start())
                run.Bind(1, sequences[i]).Bind(2, user).Step();
        }
    }
}
