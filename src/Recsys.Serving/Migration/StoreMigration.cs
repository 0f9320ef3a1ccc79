using System.Security.Cryptography;
using System.Text;
using Recsys.Serving.Lists;
using Recsys.Storage;

namespace Recsys.Serving.Migration;

/// <summary>
/// Copies a whole store into an empty one, of the same or another kind: users, logs, the duplicate window, item numbers, documents, models. Can be killed anywhere and run again.
/// Nobody else may write to either store meanwhile.
/// </summary>
public sealed class StoreMigration(MigrationSide source, MigrationSide target, TimeProvider time)
{
    private MigrationMarker? _marker;

    /// <summary>How far it is.</summary>
    public MigrationCounts Counts { get; } = new();

    /// <summary>Why a server must not use this store yet, in words; null: nothing is in the way.</summary>
    public static async Task<string?> FindUnfinishedAsync(IRecsysStore store, CancellationToken cancellationToken) =>
        await MigrationMarker.ReadAsync(store, cancellationToken) is { CompleteTimeMs: null }
            ? "A migration into this store isn't finished. Run the same `recsys migrate` again; it goes on where it ended."
            : null;

    /// <summary>Looks at both stores, counts the users, and marks the target as this migration's.</summary>
    /// <exception cref="MigrationException">The target holds other data.</exception>
    public async Task<MigrationState> BeginAsync(CancellationToken cancellationToken)
    {
        if (await FindUnfinishedAsync(source.Store, cancellationToken) is not null)
            throw new MigrationException($"{source.Name} is itself the target of a migration that isn't finished. Finish that one first.");
        await CountUsersAsync(cancellationToken);
        var fingerprint = await FingerprintAsync(cancellationToken);
        _marker = await MigrationMarker.ReadAsync(target.Store, cancellationToken);
        if (_marker is not null && _marker.Source != fingerprint)
            throw new MigrationException($"{target.Name} holds a migration from another store. Empty it, or choose another target.");
        if (_marker is { CompleteTimeMs: not null }) return MigrationState.Completed;
        var newest = await NewestSequencesAsync(cancellationToken);
        if (_marker is null)
        {
            if (await TargetCheck.FindContentAsync(target.Store, cancellationToken) is { } content)
                throw new MigrationException($"{target.Name} isn't empty: it has {content}, which no migration put there. Empty it, or choose another target.");
            _marker = new() { Source = fingerprint, StartTimeMs = Now(), NewestSequences = newest };
            await _marker.WriteAsync(target.Store, cancellationToken);
            return MigrationState.New;
        }

        // The source was served meanwhile: everybody is looked at again.
        if (!newest.SequenceEqual(_marker.NewestSequences)) _marker = _marker with { NewestSequences = newest, Reached = new Dictionary<string, string>() };
        return MigrationState.Resumed;
    }

    /// <summary>Copies what the target doesn't have yet.</summary>
    /// <exception cref="MigrationException">Somebody else wrote to the target.</exception>
    /// <exception cref="StoreUnavailableException">A store is down: run it again later.</exception>
    public async Task CopyAsync(CancellationToken cancellationToken)
    {
        var marker = _marker ?? throw new InvalidOperationException("The migration hasn't begun.");
        await ItemNumberCopy.RunAsync(source.Store, target.Store, Counts, cancellationToken);
        await ArtefactCopy.RunAsync(source, target, Counts, cancellationToken);
        await DocumentCopy.RunAsync(source.Store, target.Store, Counts, cancellationToken);
        var users = new UserCopies(source.Store, target.Store, Counts, time);
        foreach (var ns in await source.Store.ListNamespacesAsync(cancellationToken))
        {
            var after = marker.Reached.GetValueOrDefault(ns);
            if (after is not null) Counts.AddUsersSkipped(await CountThroughAsync(ns, after, cancellationToken));
            // The log remembers sequences of the source (LinkMarker): those of the target, the copied entries' too, must be greater.
            await target.Store.ContinueSequencesAsync(ns, marker.NewestSequences.Max(), cancellationToken);
            await users.RunAsync(ns, after, user => ReachAsync(ns, user), cancellationToken);
        }

        async Task ReachAsync(string ns, string user)
        {
            _marker = marker = marker with { Reached = new Dictionary<string, string>(marker.Reached) { [ns] = user } };
            await marker.WriteAsync(target.Store, cancellationToken);
        }
    }

    /// <summary>Reads both stores whole and compares them.</summary>
    public async Task<MigrationReport> VerifyAsync(CancellationToken cancellationToken)
    {
        if (Counts.UsersTotal == 0) await CountUsersAsync(cancellationToken);
        return await new StoreVerification(source, target, Counts, time).RunAsync(cancellationToken);
    }

    /// <summary>If both stores are equal, servers may use the target from now on; else the next run looks at every user again.</summary>
    public async Task EndAsync(MigrationReport report, CancellationToken cancellationToken)
    {
        var marker = _marker ?? throw new InvalidOperationException("The migration hasn't begun.");
        if (marker.CompleteTimeMs is not null) return;
        await (marker with { CompleteTimeMs = report.IsEqual ? Now() : null, Reached = new Dictionary<string, string>() }).WriteAsync(target.Store, cancellationToken);
    }

    private async Task CountUsersAsync(CancellationToken cancellationToken)
    {
        foreach (var ns in await source.Store.ListNamespacesAsync(cancellationToken)) Counts.AddUsersTotal(await CountThroughAsync(ns, null, cancellationToken));
    }

    /// <summary>How many users there are up to one, or altogether.</summary>
    private async Task<long> CountThroughAsync(string ns, string? last, CancellationToken cancellationToken)
    {
        const int pageSize = 10_000;
        var count = 0L;
        string? after = null;
        while (await source.Store.ListUsersAsync(ns, after, pageSize, cancellationToken) is { Count: > 0 } page)
        {
            for (var i = 0; i < page.Count; i++)
            {
                count++;
                if (page[i] == last) return count;
            }

            after = page[^1];
        }

        return count;
    }

    /// <summary>What never changes in a store: the key of its page tokens, which a server makes when it first opens it, and its first item.</summary>
    private async Task<string> FingerprintAsync(CancellationToken cancellationToken)
    {
        var secret = await source.Store.GetDocumentAsync(PageTokens.Collection, "", PageTokens.KeyName, cancellationToken);
        var items = await source.Store.ListItemNumbersAsync(0, 1, cancellationToken);
        var first = items.Count == 0 ? "" : $"{items[0].Namespace}\n{items[0].ItemId}";
        return Convert.ToHexStringLower(SHA256.HashData([.. (secret?.Content ?? default).Span, .. Encoding.UTF8.GetBytes(first)]));
    }

    private async Task<long[]> NewestSequencesAsync(CancellationToken cancellationToken)
    {
        var newest = new long[2];
        foreach (var stream in (LogStream[])[LogStream.Events, LogStream.Exposures])
        {
            var page = await source.Store.ReadLogAsync(stream, default, 1, newestFirst: true, cancellationToken);
            newest[stream - LogStream.Events] = page.Entries.Count == 0 ? 0 : page.Entries[0].Sequence;
        }

        return newest;
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
