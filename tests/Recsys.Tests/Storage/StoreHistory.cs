using Recsys.Storage;

namespace Recsys.Tests.Storage;

/// <summary>Applies random histories to a store and to the model, and compares each answer. The store may be another object of the same data each time.</summary>
internal sealed class StoreHistory
{
    public const int UserCount = 7;
    public const int NamespaceCount = 3;

    private static readonly string[] Namespaces = ["default", "a", "other_1"];
    private static readonly string[] Collections = ["items", "keys"];

    // Prefixes of each other, beyond the basic plane (where UTF-16 and UTF-8 sort differently), quotes, wildcards, spaces, the longest.
    private static readonly string[] Ids = ["u", "u1", "😀", "\uFFFDz", "' OR 1=1 --%_", " ", new string('ß', 64), "𝄞", "\uE000", "U"];

    private readonly StoreModel _model = new();
    private long _nowMs = 1_700_000_000_000;
    private byte _fill;

    public static UserKey User(int index) => new(Namespaces[index % 2], Ids[index]);

    public async Task RunAsync(IRecsysStore store, StoreOperation[] operations)
    {
        foreach (var operation in operations)
            await ApplyAsync(store, operation);
        await CompareAllAsync(store, 1000);
    }

    /// <summary>Compares everything that the store has with the model.</summary>
    public async Task CompareAllAsync(IRecsysStore store, int pageSize)
    {
        var comparison = new StoreComparison(store);
        for (int user = 0; user < UserCount; user++)
            await comparison.UserAsync(_model, User(user), pageSize, _nowMs);
        foreach (string ns in Namespaces)
            await comparison.UsersAsync(_model, ns, pageSize);
        await comparison.LogAsync(_model, LogStream.Events, pageSize);
        await comparison.LogAsync(_model, LogStream.Exposures, pageSize);
        await comparison.ItemsAsync(_model, pageSize);
        foreach (string collection in Collections)
        {
            await comparison.DocumentsAsync(_model, collection, null, pageSize);
            foreach (string ns in Namespaces)
                await comparison.DocumentsAsync(_model, collection, ns, pageSize);
        }
    }

    private async Task ApplyAsync(IRecsysStore store, StoreOperation operation)
    {
        switch (operation)
        {
            case StoreOperation.Commit commit:
                _nowMs += commit.AdvanceMs;
                await CommitAsync(store, [.. commit.Commits.Select(Build)]);
                break;
            case StoreOperation.Fill fill:
                await CommitAsync(store, [Build(fill)]);
                break;
            case StoreOperation.DeleteUser delete:
                Assert.Equal(_model.Delete(User(delete.User)), await store.DeleteUserAsync(User(delete.User), default));
                break;
            case StoreOperation.Allocate allocate:
                string[] items = [.. allocate.Items.Select(i => Ids[i])];
                _model.Allocate(Namespaces[allocate.Namespace], items, await store.AllocateItemNumbersAsync(Namespaces[allocate.Namespace], items, default));
                break;
            case StoreOperation.Put put:
                await PutAsync(store, put.Puts);
                break;
            case StoreOperation.Compare compare:
                await new StoreComparison(store).UserAsync(_model, User(compare.User), compare.PageSize, _nowMs);
                await new StoreComparison(store).LogAsync(_model, compare.Stream, compare.PageSize);
                break;
        }
    }

    private async Task CommitAsync(IRecsysStore store, UserCommit[] commits)
    {
        var results = await store.CommitAsync(commits, default);
        Assert.Equal(commits.Length, results.Count);
        for (int i = 0; i < commits.Length; i++)
            _model.Commit(commits[i], results[i]);
    }

    private async Task PutAsync(IRecsysStore store, ModelPut[] puts)
    {
        // The expected revisions are those before the call: writing one key twice in it is a conflict by itself.
        DocumentWrite[] writes = [.. puts.Select(Build)];
        var results = await store.PutDocumentsAsync(writes, default);
        Assert.Equal(writes.Length, results.Count);
        for (int i = 0; i < writes.Length; i++)
            _model.Put(writes[i], results[i]);
    }

    private UserCommit Build(ModelCommit commit)
    {
        var given = _model.Users.Values.SelectMany(u => u.Log).Select(e => e.Sequence).ToList();
        return new UserCommit
        {
            User = User(commit.User),
            ExpectedRevision = Revision(commit.Expect, _model.RevisionOf(User(commit.User))),
            State = Bytes(commit.State),
            Profile = Bytes(commit.Profile),
            Appends = [.. commit.Hashes.Select((hash, i) => new LogAppend(
                hash == 0 ? LogStream.Exposures : LogStream.Events, i % 2 == 0 ? "" : $"é{hash}", hash, Bytes(i * 3)!.Value))],
            UndoneSequences = [.. commit.Undo.Select(i => given.Count == 0 ? i : given[i % given.Count])],
            ReceiveTimeMs = _nowMs,
        };
    }

    private UserCommit Build(StoreOperation.Fill fill) => new()
    {
        User = User(fill.User),
        ExpectedRevision = null,
        Appends = [.. Enumerable.Range(0, fill.Count).Select(i => new LogAppend(LogStream.Events, "", fill.FirstHash + (ulong)i, default))],
        ReceiveTimeMs = _nowMs,
    };

    private DocumentWrite Build(ModelPut put)
    {
        var key = new DocumentKey(Namespaces[put.Namespace], Ids[put.Key]);
        long stored = _model.Documents.TryGetValue((Collections[put.Collection], key), out var document) ? document.Revision : 0;
        return new DocumentWrite
        {
            Collection = Collections[put.Collection],
            Key = key,
            Content = Bytes(put.Content),
            ExpectedRevision = Revision(put.Expect, stored),
        };
    }

    private static long? Revision(Expectation expect, long stored) => expect switch
    {
        Expectation.Current => stored,
        Expectation.None => 0,
        Expectation.Stale => stored == 0 ? 1 : stored - 1,
        _ => null,
    };

    // Other bytes each time, so that a write that was lost shows.
    private ReadOnlyMemory<byte>? Bytes(int? length)
    {
        if (length is not { } count)
            return null;
        byte[] bytes = new byte[count];
        Array.Fill(bytes, ++_fill);
        return bytes;
    }
}
