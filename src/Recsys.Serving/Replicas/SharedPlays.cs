using System.Globalization;
using Microsoft.Extensions.Logging;
using Recsys.Inference.Ranker;
using Recsys.Serving.Bytes;
using Recsys.Serving.Lists;
using Recsys.Storage;

namespace Recsys.Serving.Replicas;

/// <summary>
/// Tells the other replicas of a shared store which plays this one counted, and counts theirs, so that what is trending and what is watched next are the same on all of them. A document each time
/// there are some, in one of a few places that are written again and again: whoever looks less often than every eight seconds misses some, which lets its trends lag and nothing else. Plays
/// before its start a replica knows from the log; of a play that it hears of twice, the second counts no more than a user's second play does.
/// </summary>
internal sealed class SharedPlays(IRecsysStore store, Trending trending, TimeProvider time, ILogger logger)
{
    /// <summary>The collection of the documents.</summary>
    public const string Collection = "shared_plays";

    private const byte Format = 1;
    private const int Places = 16;

    /// <summary>A play takes at least so many.</summary>
    private const int LeastBytes = 14;

    /// <summary>More plays than these between two looks aren't told: half a megabyte.</summary>
    private const int MostPlays = 10_000;

    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    private readonly string _id = Guid.NewGuid().ToString("N");
    private readonly Lock _lock = new();
    private List<TrendPlay> _waiting = [];
    private int _untold;
    private int _place;
    private int _used;

    /// <summary>Notes a play to be told; what doesn't fit is left out and said in the log.</summary>
    public void DropNewestAdd(TrendPlay play)
    {
        lock (_lock)
        {
            if (_waiting.Count < MostPlays) _waiting.Add(play);
            else _untold++;
        }
    }

    /// <summary>Deletes what replicas that died a day ago or longer left behind.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        var deadline = (time.GetUtcNow() - Forgotten).ToUnixTimeMilliseconds();
        var documents = await store.ListDocumentsAsync(Collection, "", null, 1_000, cancellationToken);
        var old = documents.Where(document => IsOlder(document, deadline)).Select(document => new DocumentWrite { Collection = Collection, Key = document.Key, Content = null }).ToList();
        if (old.Count > 0) await store.PutDocumentsAsync(old, cancellationToken);
    }

    /// <summary>Tells what was noted since the last time.</summary>
    /// <exception cref="StoreUnavailableException">It's told the next time.</exception>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        List<TrendPlay> told;
        int untold;
        lock (_lock)
        {
            if (_waiting.Count == 0) return;
            (told, _waiting) = (_waiting, []);
            (untold, _untold) = (_untold, 0);
        }

        try
        {
            await store.PutDocumentsAsync([new() { Collection = Collection, Key = KeyOf(_place), Content = Write(told) }], cancellationToken);
        }
        catch
        {
            lock (_lock)
            {
                // Newer ones that no longer fit are left out.
                var fitting = Math.Min(_waiting.Count, MostPlays - told.Count);
                _untold += untold + _waiting.Count - fitting;
                told.AddRange(_waiting.Take(fitting));
                _waiting = told;
            }

            throw;
        }

        _used = Math.Max(_used, _place + 1);
        _place = (_place + 1) % Places;
        if (untold > 0) logger.PlaysUntold(untold);
    }

    /// <summary>Counts what other replicas told.</summary>
    public Task ApplyAsync(IReadOnlyList<DocumentChange> changes, CancellationToken cancellationToken)
    {
        foreach (var change in changes)
        {
            if (change.Document is not { } document || change.Key.Key.StartsWith(_id, StringComparison.Ordinal)) continue;
            try
            {
                foreach (var play in Read(document.Content.Span)) trending.Add(play);
            }
            catch (InvalidDataException e)
            {
                // One that can't be read must not keep the others from counting.
                logger.ChangeUnreadable(e, Collection);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Takes this replica's documents away.</summary>
    public async Task LeaveAsync()
    {
        try
        {
            var mine = Enumerable.Range(0, _used).Select(place => new DocumentWrite { Collection = Collection, Key = KeyOf(place), Content = null }).ToList();
            if (mine.Count > 0) await store.PutDocumentsAsync(mine, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // Whoever starts a day from now takes them away.
        }
    }

    private static bool IsOlder(Document document, long deadlineMs)
    {
        try
        {
            var reader = new CompactReader(document.Content.Span);
            return reader.Byte() != Format || reader.Signed() < deadlineMs;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    private DocumentKey KeyOf(int place) => new("", string.Create(CultureInfo.InvariantCulture, $"{_id}/{place:D2}"));

    private byte[] Write(List<TrendPlay> plays)
    {
        var writer = new CompactWriter();
        writer.Byte(Format);
        writer.Signed(time.GetUtcNow().ToUnixTimeMilliseconds());
        writer.Unsigned((ulong)plays.Count);
        foreach (var play in plays)
        {
            writer.Text(play.Namespace);
            writer.Fixed64(play.UserHash);
            writer.Unsigned(play.Item);
            writer.Signed(play.TimeMs);
            writer.Text(play.Country);
            writer.Unsigned((ulong)play.Before.Length);
            foreach (var item in play.Before) writer.Unsigned(item);
        }

        return writer.ToArray();
    }

    private static List<TrendPlay> Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new CompactReader(bytes);
        var format = reader.Byte();
        if (format != Format) throw new InvalidDataException($"Plays of another replica are of format {format}, expected {Format}.");
        reader.Signed();
        var plays = new List<TrendPlay>(reader.Count(MostPlays, LeastBytes, "The number of plays"));
        for (var left = plays.Capacity; left > 0; left--)
        {
            var (ns, hash, item, timeMs, country) = (reader.Text(), reader.Fixed64(), (uint)reader.Unsigned(uint.MaxValue, "An item's number"), reader.Signed(), reader.Text());
            var before = new uint[reader.Count(WatchedNext.Reach, 1, "The number of items before a play")];
            for (var i = 0; i < before.Length; i++) before[i] = (uint)reader.Unsigned(uint.MaxValue, "An item's number");
            plays.Add(new(ns, hash, item, timeMs, string.Intern(country), before));
        }

        reader.ExpectEnd();
        return plays;
    }
}
