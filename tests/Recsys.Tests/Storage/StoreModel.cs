using System.Text;
using Recsys.Storage;

namespace Recsys.Tests.Storage;

/// <summary>
/// The store's contract in the simplest words: dictionaries and lists. It doesn't invent revisions and sequence numbers but takes those that the store gives,
/// after checking that they grow as promised.
/// </summary>
internal sealed class StoreModel
{
    private readonly Dictionary<UserKey, long> _greatestRevisions = [];
    private readonly Dictionary<(string, DocumentKey), long> _greatestDocumentRevisions = [];
    private readonly Dictionary<UserKey, long> _greatestSequences = [];

    public Dictionary<UserKey, StoreModelUser> Users { get; } = [];

    public Dictionary<(string Namespace, string ItemId), uint> Items { get; } = [];

    public Dictionary<(string Collection, DocumentKey Key), (long Revision, byte[] Content)> Documents { get; } = [];

    public long RevisionOf(UserKey user) => Users.TryGetValue(user, out var stored) ? stored.Revision : 0;

    public void Commit(UserCommit commit, CommitResult result)
    {
        long stored = RevisionOf(commit.User);
        if (commit.ExpectedRevision is { } expected && expected != stored)
        {
            Assert.Equal(new CommitResult(CommitStatus.Conflict, stored), result);
            return;
        }

        Assert.Equal(CommitStatus.Committed, result.Status);
        Assert.True(result.Revision > _greatestRevisions.GetValueOrDefault(commit.User), $"revision {result.Revision} of {commit.User} doesn't grow");
        _greatestRevisions[commit.User] = result.Revision;
        if (!Users.TryGetValue(commit.User, out var user))
            Users[commit.User] = user = new StoreModelUser();
        user.Revision = result.Revision;
        user.State = commit.State?.ToArray() ?? user.State;
        user.Profile = commit.Profile?.ToArray() ?? user.Profile;
        Append(user, commit, result.FirstSequence);
        foreach (var entry in user.Log.Where(e => commit.UndoneSequences.Contains(e.Sequence)))
            entry.Undone = true;
    }

    public bool Delete(UserKey user) => Users.Remove(user);

    public void Allocate(string ns, IReadOnlyList<string> itemIds, IReadOnlyList<uint> numbers)
    {
        Assert.Equal(itemIds.Count, numbers.Count);
        for (int i = 0; i < itemIds.Count; i++)
        {
            if (Items.TryGetValue((ns, itemIds[i]), out uint known))
            {
                Assert.Equal(known, numbers[i]);
                continue;
            }

            Assert.True(numbers[i] >= 1);
            Assert.DoesNotContain(numbers[i], Items.Values);
            Items[(ns, itemIds[i])] = numbers[i];
        }
    }

    public void Put(DocumentWrite write, CommitResult result)
    {
        var key = (write.Collection, write.Key);
        long stored = Documents.TryGetValue(key, out var document) ? document.Revision : 0;
        if (write.ExpectedRevision is { } expected && expected != stored)
        {
            Assert.Equal(new CommitResult(CommitStatus.Conflict, stored), result);
            return;
        }

        Assert.Equal(CommitStatus.Committed, result.Status);
        if (write.Content is not { } content)
        {
            Documents.Remove(key);
            return;
        }

        Assert.True(result.Revision > _greatestDocumentRevisions.GetValueOrDefault(key), $"revision {result.Revision} of {key} doesn't grow");
        _greatestDocumentRevisions[key] = result.Revision;
        Documents[key] = (result.Revision, content.ToArray());
    }

    /// <summary>The order of every list of the store.</summary>
    public static int CompareUtf8(string a, string b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b));

    private void Append(StoreModelUser user, UserCommit commit, long first)
    {
        if (commit.Appends.Count == 0)
        {
            Assert.Equal(0, first);
            return;
        }

        Assert.True(first > _greatestSequences.GetValueOrDefault(commit.User), $"sequence {first} of {commit.User} doesn't grow");
        for (int i = 0; i < commit.Appends.Count; i++)
        {
            var append = commit.Appends[i];
            user.Log.Add(new StoreModelEntry(append.Stream, first + i, commit.User, append.EventId, append.Payload.ToArray()));
            if (append.EventHash != 0)
                user.Hashes.Add((append.EventHash, commit.ReceiveTimeMs));
        }

        _greatestSequences[commit.User] = first + commit.Appends.Count - 1;
    }
}
