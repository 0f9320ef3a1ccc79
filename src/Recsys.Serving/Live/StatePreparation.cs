using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Recsys.Serving.Models;
using Recsys.Serving.Sessions;
using Recsys.Storage;

namespace Recsys.Serving.Live;

/// <summary>
/// Before a switch: brings the states of recent users up to the model that comes next, beside the live one's slot, so that the switch finds them ready. While there are
/// events or lists it takes only a share of one core. Who is changed by an event meanwhile keeps what is prepared, or is prepared again.
/// </summary>
internal sealed class StatePreparation(IRecsysStore store, RecentUsers recent, LiveModels models, ServingMetrics metrics, TimeProvider time, ILogger logger)
{
    // Few: an event that comes meanwhile waits behind them in Redis.
    private const int UsersAtOnce = 8;

    // Of one core: the rest is for events and lists.
    private const int WorkPercent = 30;

    /// <summary>Prepares the recent users of a model's namespace. The model must be the next one already, or commits of events would drop what is prepared.</summary>
    /// <param name="next">The model.</param>
    /// <param name="limit">After this long the rest is left to when a user is next touched.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many users have a state of the model now.</returns>
    public async Task<int> RunAsync(LiveModel next, TimeSpan limit, CancellationToken cancellationToken)
    {
        var users = new Queue<UserKey>(recent.Of(next.Namespace));
        var (count, prepared, start) = (users.Count, 0, time.GetTimestamp());
        while (users.Count > 0 && time.GetElapsedTime(start) < limit && models.NextOf(next.Namespace) == next)
        {
            var (began, activity) = (Stopwatch.GetTimestamp(), metrics.Activity);
            List<UserKey> batch = [];
            while (batch.Count < UsersAtOnce && users.TryDequeue(out var user)) batch.Add(user);
            foreach (var (user, isReady) in await PrepareAsync(batch, next, cancellationToken))
            {
                if (isReady) prepared++;
                else users.Enqueue(user);
            }

            if (metrics.Activity != activity) await Task.Delay(Stopwatch.GetElapsedTime(began) * (100 - WorkPercent) / WorkPercent, time, cancellationToken);
        }

        logger.StatesPrepared(prepared, count, next.Version, next.Namespace, time.GetElapsedTime(start).TotalSeconds);
        return prepared;
    }

    private async Task<List<(UserKey User, bool IsReady)>> PrepareAsync(List<UserKey> batch, LiveModel next, CancellationToken cancellationToken)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var records = await store.LoadAsync([.. batch.Select(user => new UserLookup(user, []))], nowMs, cancellationToken);
        var (commits, outcome) = (new List<UserCommit>(), new List<(UserKey, bool)>());
        for (var i = 0; i < batch.Count; i++)
        {
            if (Prepared(batch[i], records[i], next) is { } state) commits.Add(new() { User = batch[i], ExpectedRevision = records[i].Revision, State = state, ReceiveTimeMs = nowMs });
            else outcome.Add((batch[i], true));
        }

        var results = await store.CommitAsync(commits, cancellationToken);
        for (var i = 0; i < results.Count; i++) outcome.Add((commits[i].User, results[i].Status != CommitStatus.Conflict));
        return outcome;
    }

    /// <summary>The state with the model's slot; null: there is nothing to prepare.</summary>
    private byte[]? Prepared(UserKey user, UserRecord record, LiveModel next)
    {
        if (record.State.IsEmpty) return null;
        try
        {
            var state = SessionStateCodec.Decode(record.State.Span);
            return NetworkFollower.Prepare(state, next, models.OfVariant(user)) ? SessionStateCodec.Encode(state) : null;
        }
        catch (InvalidDataException)
        {
            // The next event makes it anew from the log.
            return null;
        }
    }
}
