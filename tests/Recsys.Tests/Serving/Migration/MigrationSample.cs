using Recsys.Serving;
using Recsys.Serving.Bytes;
using Recsys.Serving.Events;
using Recsys.Storage;

namespace Recsys.Tests.Serving.Migration;

/// <summary>Fills a store with random content of every kind, by the store's own members, and reads it back to compare.</summary>
internal sealed class MigrationSample(IRecsysStore store)
{
    public static readonly string[] Namespaces = ["default", "a", "other_1"];

    private static readonly long NowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A store's content that must be the same in every store: no revisions, no sequences.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(IRecsysStore read)
    {
        var lines = new List<string>();
        foreach (var ns in Namespaces)
        {
            foreach (var id in await read.ListUsersAsync(ns, null, 100_000, CancellationToken.None))
            {
                var user = new UserKey(ns, id);
                var record = (await read.LoadAsync([new(user, [])], NowMs, CancellationToken.None))[0];
                lines.Add($"user {user} {Hex(record.State)} {Hex(record.Profile)}");
                var (events, exposures) = (await LogAsync(read, user, LogStream.Events), await LogAsync(read, user, LogStream.Exposures));
                var both = events.Select(e => ("event", e)).Concat(exposures.Select(e => ("exposure", e))).OrderBy(pair => pair.e.Sequence);
                var place = 0;
                foreach (var (stream, e) in both) lines.Add($"{user} {place++} {stream} {e.EventId} {e.Undone} {Hex(e.Payload)}");
            }
        }

        lines.AddRange((await read.ListItemNumbersAsync(0, 100_000, CancellationToken.None)).Select(item => $"item {item}"));
        foreach (var collection in StoreCollections.All.Where(name => name != "artefacts"))
        {
            foreach (var document in await read.ListDocumentsAsync(collection, null, null, 100_000, CancellationToken.None))
                lines.Add($"{collection} {document.Key} {Hex(document.Content)}");
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    /// <summary>Users of several namespaces with undone events, exposures, empty states and long logs; deleted users; item numbers; documents.</summary>
    public async Task FillAsync(int seed, int users = 60)
    {
        var random = new Random(seed);
        for (var i = 0; i < 40; i++) await store.AllocateItemNumbersAsync(Namespaces[random.Next(3)], [$"i{i}", $"ß{random.Next(50)}"], CancellationToken.None);
        for (var i = 0; i < 50; i++)
        {
            var collection = StoreCollections.All.Where(name => name is not "artefacts" and not "models").ElementAt(i % 6);
            string[] keys = [$"k{i}", $"😀{i}", $"\uFFFD{i}"];
            await store.PutDocumentsAsync(
                [.. keys.Select(key => new DocumentWrite { Collection = collection, Key = new(i % 3 == 0 ? "" : Namespaces[i % 3], key), Content = Bytes(random, 300) })], CancellationToken.None);
        }

        await store.PutDocumentsAsync([new() { Collection = "secrets", Key = new("", "page_tokens"), Content = Bytes(random, 32) }], CancellationToken.None);
        for (var i = 0; i < users; i++) await FillUserAsync(random, new(Namespaces[i % 3], $"u{i}😀"), i == 7 ? 3_500 : random.Next(0, 30));
        for (var i = 0; i < users; i += 10) await store.DeleteUserAsync(new(Namespaces[i % 3], $"u{i}😀"), CancellationToken.None);
    }

    /// <summary>An event's payload as the engine writes it.</summary>
    public static byte[] Payload(string user, string eventId, WatchEventType type, long receiveTimeMs)
    {
        var writer = new CompactWriter();
        EventCodec.Encode(writer, new() { UserId = user, EventId = eventId, Type = type, EventTimeMs = receiveTimeMs, CustomName = "x" }, 0, -1, receiveTimeMs);
        return writer.ToArray();
    }

    private async Task FillUserAsync(Random random, UserKey user, int events)
    {
        // Somebody with a profile only, and somebody without any bytes.
        var commit = new UserCommit { User = user, ExpectedRevision = 0, State = Bytes(random, 200), Profile = Bytes(random, 60), ReceiveTimeMs = NowMs };
        await store.CommitAsync([events == 1 ? commit with { State = null, Profile = null } : commit], CancellationToken.None);
        for (var written = 0; written < events;)
        {
            var count = Math.Min(events - written, events > 1_000 ? 700 : random.Next(1, 6));
            var received = NowMs - random.NextInt64(0, 30 * 3_600_000);
            var appends = Enumerable.Range(written, count).Select(i => Append(random, user, i, received)).ToList();
            var result = (await store.CommitAsync([new() { User = user, ExpectedRevision = null, Appends = appends, ReceiveTimeMs = received }], CancellationToken.None))[0];
            if (random.Next(3) == 0)
            {
                await store.CommitAsync(
                    [new() { User = user, ExpectedRevision = null, UndoneSequences = [result.FirstSequence, result.FirstSequence + count - 1], ReceiveTimeMs = NowMs }], CancellationToken.None);
            }

            written += count;
        }
    }

    private static LogAppend Append(Random random, UserKey user, int index, long received)
    {
        var id = random.Next(5) == 0 ? "" : $"e{index}";
        var type = random.Next(4) == 0 ? WatchEventType.PlayProgress : WatchEventType.Custom;
        var hash = type == WatchEventType.PlayProgress ? 0 : EventIdHash.Of(id);
        // Some of what is stored may be damaged: it's copied as it is.
        var payload = random.Next(20) == 0 ? Bytes(random, 50) : Payload(user.UserId, id, type, received);
        return new(random.Next(4) == 0 ? LogStream.Exposures : LogStream.Events, id, hash, payload);
    }

    private static async Task<IReadOnlyList<LogEntry>> LogAsync(IRecsysStore read, UserKey user, LogStream stream) =>
        await read.ReadUserLogAsync(user, stream, 0, 100_000, newestFirst: false, CancellationToken.None);

    private static byte[] Bytes(Random random, int max)
    {
        var bytes = new byte[random.Next(0, max)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(bytes.Span);
}
