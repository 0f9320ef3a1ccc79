using System.Collections.Concurrent;
using Recsys.Storage;

namespace Recsys.Serving.Migration;

/// <summary>Reads every user of both stores and compares them.</summary>
internal sealed class UserVerification(IRecsysStore source, IRecsysStore target, MigrationCounts counts, DifferenceList differences, long nowMs)
{
    private const int PageSize = 2_048;
    private const int BatchSize = 16;

    private readonly RecentEventRules _recent = RecentEventRules.AsOf(nowMs);
    private readonly UserSums _source = new();
    private readonly UserSums _target = new();

    // By namespace: users of both stores whom the target finds by their id, less those whom its list of users names.
    private readonly ConcurrentDictionary<string, int> _unlisted = [];

    public async Task<IReadOnlyList<MigrationRow>> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var ns in await source.ListNamespacesAsync(cancellationToken)) await EachBatchAsync(source, ns, CompareAsync, cancellationToken);
        foreach (var ns in await target.ListNamespacesAsync(cancellationToken)) await EachBatchAsync(target, ns, FindAddedAsync, cancellationToken);
        foreach (var (ns, count) in _unlisted)
        {
            if (count != 0) differences.Add($"the target's list of the users of namespace '{ns}' lacks {count}");
        }

        return
        [
            new("users", _source.Users.Count, _target.Users.Count, _source.Users.ToString(), _target.Users.ToString()),
            new("events", _source.Events, _target.Events),
            new("exposures", _source.Exposures, _target.Exposures),
            new("undone events", _source.Undone, _target.Undone),
            new("ids in duplicate windows", _source.Recent, _target.Recent),
        ];
    }

    private static async Task EachBatchAsync(
        IRecsysStore listed, string ns, Func<UserKey[], CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MigrationTuning.Parallelism, CancellationToken = cancellationToken };
        string? after = null;
        while (await listed.ListUsersAsync(ns, after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            await Parallel.ForEachAsync(page.Select(user => new UserKey(ns, user)).Chunk(BatchSize), parallel, async (batch, stop) => await work(batch, stop));
            after = page[^1];
        }
    }

    private async Task CompareAsync(UserKey[] users, CancellationToken cancellationToken)
    {
        var (originals, copies) = (await LoadAsync(source, users, cancellationToken), await LoadAsync(target, users, cancellationToken));
        var recent = new List<UserLookup>();
        for (var i = 0; i < users.Length; i++)
        {
            var original = await UserContent.ReadAsync(source, users[i], originals[i], _recent, cancellationToken);
            _source.Add(original);
            if (original.Recent.Count > 0) recent.Add(new(users[i], original.Recent));
            if (copies[i].Revision == 0)
            {
                differences.Add($"{Name(users[i])} is missing in the target");
                continue;
            }

            AddUnlisted(users[i].Namespace, 1);
            var copy = await UserContent.ReadAsync(target, users[i], copies[i], _recent, cancellationToken);
            _target.Add(copy);
            if (!original.Hash.AsSpan().SequenceEqual(copy.Hash)) differences.Add($"{Name(users[i])} isn't the same: {Describe(original, copy)}");
        }

        await CompareWindowsAsync(recent, cancellationToken);
        counts.AddUsersVerified(users.Length);
    }

    private static string Describe(UserContent original, UserContent copy) =>
        (original.Events, original.Exposures, original.Undone) == (copy.Events, copy.Exposures, copy.Undone)
            ? "a byte of the state, the profile or the log differs"
            : $"{original.Events} events, {original.Exposures} exposures, {original.Undone} undone in the source; {copy.Events}, {copy.Exposures}, {copy.Undone} in the target";

    /// <summary>What the source answers as a duplicate now, the target must too.</summary>
    private async Task CompareWindowsAsync(List<UserLookup> lookups, CancellationToken cancellationToken)
    {
        if (lookups.Count == 0) return;
        var originals = await source.LoadAsync(lookups, nowMs, cancellationToken);
        var copies = await target.LoadAsync(lookups, nowMs, cancellationToken);
        for (var i = 0; i < lookups.Count; i++)
        {
            var kept = originals[i].KnownHashes.Count(copies[i].KnownHashes.Contains);
            _source.AddRecent(originals[i].KnownHashes.Count);
            _target.AddRecent(kept);
            if (kept < originals[i].KnownHashes.Count) differences.Add($"{Name(lookups[i].User)}: the target's duplicate window lacks {originals[i].KnownHashes.Count - kept} event ids");
        }
    }

    private async Task FindAddedAsync(UserKey[] users, CancellationToken cancellationToken)
    {
        var originals = await LoadAsync(source, users, cancellationToken);
        UserKey[] added = [.. users.Where((_, i) => originals[i].Revision == 0)];
        AddUnlisted(users[0].Namespace, added.Length - users.Length);
        if (added.Length == 0) return;
        var records = await LoadAsync(target, added, cancellationToken);
        for (var i = 0; i < added.Length; i++)
        {
            _target.Add(await UserContent.ReadAsync(target, added[i], records[i], _recent, cancellationToken));
            differences.Add($"{Name(added[i])} is only in the target");
        }
    }

    private void AddUnlisted(string ns, int count) => _unlisted.AddOrUpdate(ns, count, (_, before) => before + count);

    private async Task<IReadOnlyList<UserRecord>> LoadAsync(IRecsysStore store, UserKey[] users, CancellationToken cancellationToken)
    {
        var records = await store.LoadAsync([.. users.Select(user => new UserLookup(user, []))], nowMs, cancellationToken);
        return records.Contains(UserRecord.Unreachable) ? throw new StoreUnavailableException("A part of a store didn't answer.") : records;
    }

    private static string Name(UserKey user) => $"user '{user.UserId}' of namespace '{user.Namespace}'";
}
