using Recsys.Storage;

namespace Recsys.Serving.Migration;

/// <summary>Copies the users of a namespace, many at once.</summary>
internal sealed class UserCopies(IRecsysStore source, IRecsysStore target, MigrationCounts counts, TimeProvider time)
{
    private const int PageSize = 2_048;
    private const int BatchSize = 64;
    private const int MaxAttempts = 6;

    // What a call of CommitAsync brings at the most, and a little more. With all workers' together Redis is done well within its timeout.
    private const int EntriesAtOnce = 1_000;
    private const int BytesAtOnce = 1 << 20;

    private readonly RecentEventRules _recent = RecentEventRules.AsOf(time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Copies the users after a place of the source's order.</summary>
    /// <param name="ns">Of this namespace.</param>
    /// <param name="after">The user behind whom to begin; null: the first.</param>
    /// <param name="reached">Told after each page whose users are all copied.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(string ns, string? after, Func<string, Task> reached, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MigrationTuning.Parallelism, CancellationToken = cancellationToken };
        while (await source.ListUsersAsync(ns, after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            await Parallel.ForEachAsync(page.Chunk(BatchSize), parallel, (batch, stop) => CopyPatientlyAsync(ns, batch, stop));
            after = page[^1];
            await reached(after);
        }
    }

    /// <summary>
    /// Copies again what failed because the store was away: whatever had been written is found there. What a killed run, or a call whose time was up, had under way may still be
    /// written after that was read: then a commit conflicts, and is made again too.
    /// </summary>
    private async ValueTask CopyPatientlyAsync(string ns, string[] users, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await CopyAsync([.. users.Select(user => new UserKey(ns, user))], isRepeated: attempt > 1, cancellationToken);
                return;
            }
            catch (Exception e) when (attempt < MaxAttempts && e is (StoreUnavailableException or MigrationException { IsConflict: true }))
            {
                await Task.Delay(TimeSpan.FromSeconds(attempt), time, cancellationToken);
            }
        }
    }

    private async Task CopyAsync(UserKey[] users, bool isRepeated, CancellationToken cancellationToken)
    {
        var copies = await OpenAsync(users, cancellationToken);
        List<UserCopy> open = copies;
        while (open.Count > 0) open = await WriteRoundAsync(open, cancellationToken);
        foreach (var copy in copies) counts.AddUser(copy.Wrote || isRepeated);
    }

    /// <summary>One commit of each user, and those who may have more.</summary>
    private async Task<List<UserCopy>> WriteRoundAsync(List<UserCopy> open, CancellationToken cancellationToken)
    {
        var (writing, commits) = (new List<UserCopy>(), new List<UserCommit>());
        var (written, entries, bytes) = (0, 0, 0);
        foreach (var copy in open)
        {
            if (await copy.NextAsync(cancellationToken) is not { } commit) continue;
            writing.Add(copy);
            commits.Add(commit);
            entries += commit.Appends.Count;
            bytes += commit.Appends.Sum(append => append.Payload.Length) + (commit.State?.Length ?? 0) + (commit.Profile?.Length ?? 0);
            if (entries >= EntriesAtOnce || bytes >= BytesAtOnce) await FlushAsync();
        }

        await FlushAsync();
        return writing;

        async Task FlushAsync()
        {
            if (commits.Count == 0) return;
            var results = await target.CommitAsync(commits, cancellationToken);
            for (var i = 0; i < results.Count; i++) Take(writing[written + i], commits[i], results[i]);
            if (results.Any(result => result.Status == CommitStatus.Unavailable)) throw new StoreUnavailableException("A part of the target didn't answer.");
            written += commits.Count;
            (entries, bytes) = (0, 0);
            commits = [];
        }
    }

    private async Task<List<UserCopy>> OpenAsync(UserKey[] users, CancellationToken cancellationToken)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        UserLookup[] lookups = [.. users.Select(user => new UserLookup(user, []))];
        var wanted = await source.LoadAsync(lookups, nowMs, cancellationToken);
        var stored = await target.LoadAsync(lookups, nowMs, cancellationToken);
        var copies = new List<UserCopy>(users.Length);
        for (var i = 0; i < users.Length; i++)
        {
            if (wanted[i] == UserRecord.Unreachable || stored[i] == UserRecord.Unreachable) throw new StoreUnavailableException("A part of a store didn't answer.");
            copies.Add(new(source, target, users[i], wanted[i], stored[i], _recent, nowMs));
        }

        return copies;
    }

    private void Take(UserCopy copy, UserCommit commit, CommitResult result)
    {
        if (result.Status == CommitStatus.Conflict)
        {
            throw new MigrationException(
                $"Somebody else wrote to user '{commit.User.UserId}' of namespace '{commit.User.Namespace}' in the target. Stop every server on it, empty it and begin again.")
            {
                IsConflict = true,
            };
        }

        if (result.Status != CommitStatus.Committed) return;
        counts.AddEntries(copy.Chunk.Events, copy.Chunk.Exposures, copy.Chunk.Undone);
        copy.Committed(result);
    }
}
