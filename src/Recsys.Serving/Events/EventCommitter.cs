using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;
using Recsys.Serving.Users;
using Recsys.Storage;

namespace Recsys.Serving.Events;

/// <summary>
/// Commits one shard's batch: groups it by user, loads all users in one call, folds each, commits all in one call, and only then settles. Users whom another process changed
/// meanwhile are loaded and folded again. Used by one call at a time.
/// </summary>
internal sealed class EventCommitter(
    IRecsysStore store, ItemNumbers items, BatchFolder folder, Trending trending, RecentUsers recent, UserWatchers watchers, ServingMetrics metrics, TimeProvider time, ILogger logger)
{
    private const int MaxConflicts = 20;

    private readonly Dictionary<UserKey, UserBatch> _byUser = [];
    private readonly List<UserBatch> _open = [];
    private readonly Dictionary<string, List<string>> _unnumbered = new(StringComparer.Ordinal);

    /// <summary>Settles every event of the batch.</summary>
    public async Task CommitAsync(IReadOnlyList<MailboxEntry> batch)
    {
        GroupByUser(batch);
        metrics.Batch(batch.Count);
        try
        {
            while (_open.Count > 0) await AttemptAsync();
        }
        catch (StoreUnavailableException e)
        {
            logger.StoreDownForEvents(e, _open.Sum(user => user.Entries.Count));
            Abandon();
        }
        finally
        {
            _byUser.Clear();
        }
    }

    /// <summary>Answers whatever isn't settled yet as Unavailable.</summary>
    public void Abandon()
    {
        foreach (var user in _open) SettleAll(user, EventOutcome.Unavailable);

        _open.Clear();
    }

    private void GroupByUser(IReadOnlyList<MailboxEntry> batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            var entry = batch[i];
            var key = new UserKey(entry.Write!.Namespace, entry.Write.Events[entry.Index].UserId);
            ref var user = ref CollectionsMarshal.GetValueRefOrAddDefault(_byUser, key, out var exists);
            if (!exists) _open.Add(user = new(key));
            user!.Add(entry);
        }
    }

    private async Task AttemptAsync()
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var lookups = new UserLookup[_open.Count];
        for (var i = 0; i < lookups.Length; i++) lookups[i] = new(_open[i].User, _open[i].Hashes);
        var records = await store.LoadAsync(lookups, nowMs, CancellationToken.None);
        records = DiscardUnwanted(records);
        await NumberItemsAsync();

        var changes = new List<UserChange>(_open.Count);
        var commits = new List<UserCommit>(_open.Count);
        for (var i = 0; i < _open.Count; i++)
        {
            if (await TryFoldAsync(_open[i], records[i], nowMs) is not { } change) continue;
            changes.Add(change);
            if (change.Commit is not null) commits.Add(change.Commit);
        }

        IReadOnlyList<CommitResult> results = commits.Count == 0 ? [] : await store.CommitAsync(commits, CancellationToken.None);
        _open.Clear();
        var next = 0;
        foreach (var change in changes)
        {
            var status = change.Commit is null ? CommitStatus.Committed : results[next++].Status;
            if (status == CommitStatus.Committed) Report(change);
            else if (status == CommitStatus.Conflict) Retry(change.Batch);
            else SettleAll(change.Batch, EventOutcome.Unavailable);
        }
    }

    private async ValueTask<UserChange?> TryFoldAsync(UserBatch user, UserRecord record, long nowMs)
    {
        try
        {
            return await folder.FoldAsync(user, record, nowMs, CancellationToken.None);
        }
        catch (InvalidDataException e)
        {
            // A damaged log entry of one user must not stop the events of the others.
            logger.LogUnreadable(e, user.User.Namespace);
            SettleAll(user, EventOutcome.Unavailable);
            return null;
        }
    }

    /// <summary>Settles the events of users who don't allow retention, and of those who can't be read now, and returns the records of the others.</summary>
    private IReadOnlyList<UserRecord> DiscardUnwanted(IReadOnlyList<UserRecord> records)
    {
        List<UserRecord>? kept = null;
        for (var i = records.Count - 1; i >= 0; i--)
        {
            if (RefusalOf(records[i], _open[i]) is not { } refusal) continue;
            kept ??= [.. records];
            kept.RemoveAt(i);
            SettleAll(_open[i], refusal);
            _open.RemoveAt(i);
        }

        return kept ?? records;
    }

    /// <summary>What to answer a user whose events must not be stored; null: they may.</summary>
    private EventOutcome? RefusalOf(UserRecord record, UserBatch user)
    {
        if (record == UserRecord.Unreachable) return EventOutcome.Unavailable;
        if (record.Profile.IsEmpty) return null;
        try
        {
            var profile = UserProfileJson.Read(record.Profile.Span);
            user.HomeCountry = profile.Country;
            return profile.Retention == ConsentChoice.Denied ? EventOutcome.Discarded : null;
        }
        catch (JsonException e)
        {
            // Without the profile nobody knows whether the user allows it; the next write of the profile repairs it.
            logger.ProfileUnreadable(e, user.User.Namespace);
            return EventOutcome.Unavailable;
        }
    }

    private void SettleAll(UserBatch user, EventOutcome outcome)
    {
        if (user.IsSettled) return;
        user.SettleAll(outcome);
        metrics.Events(outcome, user.Entries.Count);
    }

    /// <summary>Gives numbers to the items that have none, one call a namespace.</summary>
    private async ValueTask NumberItemsAsync()
    {
        foreach (var user in _open)
        {
            foreach (var entry in user.Entries)
            {
                var id = entry.Write!.Events[entry.Index].ItemId;
                if (id.Length == 0 || items.TryGet(user.User.Namespace, id, out _)) continue;
                ref var ids = ref CollectionsMarshal.GetValueRefOrAddDefault(_unnumbered, user.User.Namespace, out _);
                (ids ??= []).Add(id);
            }
        }

        if (_unnumbered.Count == 0) return;
        try
        {
            foreach (var (ns, ids) in _unnumbered) await items.ResolveAsync(ns, ids, CancellationToken.None);
        }
        finally
        {
            _unnumbered.Clear();
        }
    }

    /// <summary>Tells everybody about events that are committed, their writers last.</summary>
    private void Report(UserChange change)
    {
        try
        {
            Tell(change);
        }
#pragma warning disable CA1031 // The events are stored: whatever goes wrong from here on, another answer would have their writers send them again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.CommitNotTold(e, change.Batch.Entries.Count);
        }

        change.Batch.SettleAll();
    }

    private void Tell(UserChange change)
    {
        var user = change.Batch.User;
        var accepted = change.Commit?.Appends.Count ?? 0;
        try
        {
            foreach (var closed in change.Closed) trending.Add(user, closed, change.Batch.Country);
        }
        finally
        {
            if (accepted > 0)
            {
                // Before the writers hear of it: who half-closes a stream on the last ack is still owed the list that follows from it.
                recent.Add(user);
                watchers.Notify(user, change.Batch.Entries[0].Write!.ReceivedTimestamp);
            }
        }

        metrics.Events(EventOutcome.Accepted, accepted);
        metrics.Events(EventOutcome.Duplicate, change.Batch.Entries.Count - accepted);
        if (change.Commit is not null) metrics.Commit();
    }

    private void Retry(UserBatch user)
    {
        metrics.Conflict();
        if (++user.Conflicts < MaxConflicts)
        {
            _open.Add(user);
            return;
        }

        logger.ConflictsLasted(user.Entries.Count);
        user.IsGivenUp = true;
        SettleAll(user, EventOutcome.Unavailable);
    }
}
