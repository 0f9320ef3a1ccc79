using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>Documents: one slot a collection and namespace, so that a page in order and a list of changes are one call each.</summary>
internal sealed class DocumentStore(RedisKeys keys, RedisCalls calls, Registry registry)
{
    private const int RevisionBytes = 8;
    private const int ArgumentsOfWrite = 4;
    private const int WritesAtOnce = 500;
    private const int BytesAtOnce = 1 << 20;
    private const int ChangesAtOnce = 500;
    private const string NewestRevision = "return tonumber(redis.call('GET', KEYS[1]) or '0')";

    public async Task<IReadOnlyList<CommitResult>> PutAsync(IReadOnlyList<DocumentWrite> writes)
    {
        var results = new CommitResult[writes.Count];
        int start = 0;
        while (start < results.Length)
        {
            int end = EndOfSlice(writes, start);
            var first = writes[start];
            await registry.AddNamespaceOfDocumentsAsync(first.Collection, first.Key.Namespace).ConfigureAwait(false);
            var used = keys.OfDocuments(first.Collection, first.Key.Namespace);
            var answer = await calls.WriteAsync(
                RedisScript.PutDocuments, [used.Documents, used.Ordered, used.Changes, used.Counter], Arguments(writes, start, end)).ConfigureAwait(false);
            for (int i = start; i < end; i++)
            {
                int at = 2 * (i - start);
                results[i] = new CommitResult((int)answer[at] == 1 ? CommitStatus.Committed : CommitStatus.Conflict, (long)answer[at + 1]);
            }

            start = end;
        }

        return results;
    }

    public async Task<Document?> GetAsync(string collection, DocumentKey key)
    {
        var value = await calls.CallAsync(
            keys.OfDocuments(collection, key.Namespace).Documents,
            (keys.OfDocuments(collection, key.Namespace).Documents, key.Key),
            static (db, c) => db.HashGetAsync(c.Documents, c.Key, CommandFlags.DemandMaster)).ConfigureAwait(false);
        return value.IsNull ? null : Read(key, (byte[])value!);
    }

    public async Task<IReadOnlyList<Document>> ListAsync(string collection, string? ns, DocumentKey? after, int maxCount)
    {
        List<string> namespaces = ns is not null ? [ns] : await registry.NamespacesOfDocumentsAsync(collection).ConfigureAwait(false);
        var documents = new List<Document>();
        foreach (string name in namespaces)
        {
            int order = after is { } place ? string.CompareOrdinal(name, place.Namespace) : 1;
            if (order < 0)
                continue;
            if (documents.Count == maxCount)
                break;
            var used = keys.OfDocuments(collection, name);
            RedisValue from = order == 0 ? "(" + after!.Value.Key : "-";
            var answer = await calls.ReadAsync(RedisScript.ListDocuments, [used.Documents, used.Ordered], [from, maxCount - documents.Count]).ConfigureAwait(false);
            for (int i = 0; i < answer.Length; i += 2)
                documents.Add(Read(new DocumentKey(name, (string)answer[i]!), (byte[])answer[i + 1]!));
        }

        return documents;
    }

    public async Task<ChangePage> ChangesAsync(string collection, ChangeCursor since)
    {
        var namespaces = await registry.NamespacesOfDocumentsAsync(collection).ConfigureAwait(false);
        var revisions = since.Revisions ?? ImmutableDictionary<string, long>.Empty;
        var changes = new List<DocumentChange>();
        foreach (string ns in namespaces)
        {
            var used = keys.OfDocuments(collection, ns);
            if (since.Revisions is null)
            {
                revisions = revisions.SetItem(ns, (long)await calls.ReadAsync(NewestRevision, [used.Counter], []).ConfigureAwait(false));
                continue;
            }

            var answer = await calls.ReadAsync(
                RedisScript.ReadChanges,
                [used.Documents, used.Changes, used.Counter],
                [revisions.GetValueOrDefault(ns).ToString(CultureInfo.InvariantCulture), ChangesAtOnce]).ConfigureAwait(false);
            for (int i = 0; i < answer.Length; i += 3)
            {
                var key = new DocumentKey(ns, (string)answer[i]!);
                changes.Add(new DocumentChange(key, answer[i + 2].IsNull ? null : Read(key, (byte[])answer[i + 2]!)));
                revisions = revisions.SetItem(ns, (long)answer[i + 1]);
            }
        }

        return new ChangePage(changes, new ChangeCursor(revisions));
    }

    private static Document Read(DocumentKey key, byte[] value) =>
        new(key, BinaryPrimitives.ReadInt64LittleEndian(value), value.AsMemory(RevisionBytes));

    // As many as go to one slot, in one script that doesn't keep its node for long.
    private static int EndOfSlice(IReadOnlyList<DocumentWrite> writes, int start)
    {
        int bytes = 0;
        int end = start;
        while (end < writes.Count
            && end - start < WritesAtOnce
            && bytes < BytesAtOnce
            && writes[end].Collection == writes[start].Collection
            && writes[end].Key.Namespace == writes[start].Key.Namespace)
        {
            bytes += writes[end].Content.GetValueOrDefault().Length;
            end++;
        }

        return end;
    }

    private static RedisValue[] Arguments(IReadOnlyList<DocumentWrite> writes, int start, int end)
    {
        var arguments = new RedisValue[ArgumentsOfWrite * (end - start)];
        for (int i = start; i < end; i++)
        {
            int at = ArgumentsOfWrite * (i - start);
            arguments[at] = writes[i].Key.Key;
            arguments[at + 1] = writes[i].ExpectedRevision is { } expected ? expected.ToString(CultureInfo.InvariantCulture) : "";
            arguments[at + 2] = writes[i].Content is null ? "d" : "w";
            arguments[at + 3] = writes[i].Content.GetValueOrDefault();
        }

        return arguments;
    }
}
