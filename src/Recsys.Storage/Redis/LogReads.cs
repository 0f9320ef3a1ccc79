using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>Reads of the whole log: partition after partition, round and round, some entries of each.</summary>
internal sealed class LogReads(RedisKeys keys, RedisCalls calls, Registry registry)
{
    private const int PartitionsAtOnce = 128;
    private const int EntriesAtOnce = 500;
    private const int FieldsOfEntry = 5;

    public async Task<LogPage> ReadAsync(LogStream stream, LogCursor from, int maxCount, bool newestFirst, CancellationToken cancellationToken)
    {
        var places = LogPlaces.Read(from, keys.Partitions, await registry.NamespacesAsync().ConfigureAwait(false));
        var entries = new List<LogEntry>();
        // Once round: what is left then is for the next page.
        var round = Enumerable.Range(0, places.Count).Select(i => (places.Next + i) % places.Count).Where(place => !newestFirst || !places.IsAtStart(place)).ToList();
        for (int next = 0; next < round.Count && entries.Count < maxCount; next += PartitionsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(PartitionsAtOnce, round.Count - next);
            // Newest first: a little of each, so that a page is about the newest of all.
            int share = Share(maxCount - entries.Count, newestFirst ? round.Count : count);
            var answers = new Task<RedisResult>[count];
            for (int i = 0; i < count; i++)
                answers[i] = ReadPartitionAsync(places, round[next + i], stream, share, newestFirst);
            await Task.WhenAll(answers).ConfigureAwait(false);
            for (int i = 0; i < count && entries.Count < maxCount; i++)
            {
                places.Next = (round[next + i] + 1) % places.Count;
                Take(places, round[next + i], await answers[i].ConfigureAwait(false), newestFirst, entries, maxCount);
            }
        }

        return new LogPage(entries, places.Write());
    }

    private static int Share(int entries, int partitions) => Math.Clamp((entries + partitions - 1) / partitions, 1, EntriesAtOnce);

    private Task<RedisResult> ReadPartitionAsync(LogPlaces places, int place, LogStream stream, int count, bool newestFirst)
    {
        var partition = keys.OfPartition(places.NamespaceOf(place), places.PartitionOf(place));
        return calls.ReadAsync(
            RedisScript.ReadPartition,
            [partition.Stream(stream), partition.Undone, partition.Erasures],
            [places.BoundaryText(place), count, newestFirst ? "d" : "a", stream == LogStream.Events ? "e" : "x"]);
    }

    private static void Take(LogPlaces places, int place, RedisResult answer, bool newestFirst, List<LogEntry> entries, int maxCount)
    {
        string ns = places.NamespaceOf(place);
        for (int i = 1; i < answer.Length; i += FieldsOfEntry)
        {
            // What doesn't fit is read again.
            if (entries.Count == maxCount)
                return;
            long sequence = (long)answer[i];
            entries.Add(new LogEntry(sequence, new UserKey(ns, (string)answer[i + 1]!), (string)answer[i + 2]!, (int)answer[i + 3] == 1, (byte[])answer[i + 4]!));
            places.Move(place, sequence);
        }

        if ((string?)answer[0] is { Length: > 0 } last)
            places.Move(place, long.Parse(last, System.Globalization.CultureInfo.InvariantCulture));
        else if (newestFirst)
            places.MoveToStart(place);
    }
}
