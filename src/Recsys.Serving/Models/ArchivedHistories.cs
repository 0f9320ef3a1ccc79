using Recsys.Serving.Archive;
using Recsys.Serving.Sessions;
using Recsys.Storage;

namespace Recsys.Serving.Models;

/// <summary>The events of a namespace's users from the archive and the log's tail: two sequential reads instead of one of the store a user.</summary>
internal sealed class ArchivedHistories(ArchiveReader archive, Func<WorkFolder> newWork)
{
    /// <summary>Gathers the events of these users; null: there is no archive yet, or it can't be read, which is said in the log.</summary>
    public async Task<(EventSpill Events, ArchiveCheckpoint Checkpoint)?> GatherAsync(
        string ns, IReadOnlyList<string> users, ScaledProgress progress, CancellationToken cancellationToken)
    {
        var checkpoint = await StoreFailure.GuardAsync(() => archive.CheckpointAsync(cancellationToken));
        if (checkpoint is null) return null;
        EventSpill? spill = null;
        try
        {
            var segments = await archive.SegmentsAsync(ns, checkpoint, cancellationToken);
            spill = new(newWork(), users.Count, segments.Sum(segment => (long)segment.Rows));
            await FillAsync(spill, ns, users, checkpoint, segments, progress, cancellationToken);
            return (spill, checkpoint);
        }
        catch (StoreUnavailableException e)
        {
            spill?.Dispose();
            throw new EngineException(EngineErrorKind.Unavailable, StoreFailure.Reason, e.Message, innerException: e);
        }
        catch (Exception e) when (e is StoreFormatException or IOException or UnauthorizedAccessException)
        {
            spill?.Dispose();
            archive.Logger.ArchiveUnreadable(e, ns);
            return null;
        }
        catch
        {
            spill?.Dispose();
            throw;
        }
    }

    /// <summary>The users who are to be read from the log, as of now; null: so is everybody.</summary>
    public ValueTask<HashSet<string>?> MarkedAsync(string ns, ArchiveCheckpoint checkpoint, CancellationToken cancellationToken) =>
        archive.MarkedAsync(ns, checkpoint, cancellationToken);

    private async Task FillAsync(
        EventSpill spill,
        string ns,
        IReadOnlyList<string> users,
        ArchiveCheckpoint checkpoint,
        IReadOnlyList<ArchiveSegment> segments,
        ScaledProgress progress,
        CancellationToken cancellationToken)
    {
        var places = new Dictionary<string, int>(users.Count, StringComparer.Ordinal);
        for (var i = 0; i < users.Count; i++) places[users[i]] = i;
        for (var i = 0; i < segments.Count; i++)
        {
            await foreach (var (userId, sequence, e) in archive.ReadAsync(checkpoint, segments[i], cancellationToken))
            {
                if (UserFold.Moves(e.Type) && places.TryGetValue(userId, out var user)) spill.Add(new(user, sequence, e));
            }

            progress.Report("export", (i + 1.0) / (segments.Count + 1), $"read {i + 1:N0} of {segments.Count:N0} segments of the archive");
        }

        await foreach (var (userId, sequence, e) in archive.ReadTailAsync(ns, checkpoint, cancellationToken))
        {
            if (UserFold.Moves(e.Type) && places.TryGetValue(userId, out var user)) spill.Add(new(user, sequence, e));
        }
    }
}
