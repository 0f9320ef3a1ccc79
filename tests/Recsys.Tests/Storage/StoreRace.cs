using System.Buffers.Binary;
using System.Collections.Concurrent;
using Recsys.Storage;

namespace Recsys.Tests.Storage;

/// <summary>Workers that read, count up and commit the states of few users, and the proof that no count got lost.</summary>
internal sealed class StoreRace(IRecsysStore store)
{
    private const int UserCount = 5;

    private readonly ConcurrentBag<(UserKey User, long Expected, CommitResult Result)> _answers = [];

    public async Task RunAsync(int worker, int rounds)
    {
        var random = new Random(worker);
        for (int round = 0; round < rounds; round++)
        {
            UserKey[] users = [.. Enumerable.Range(0, UserCount).Where(_ => random.Next(2) == 0).Select(i => new UserKey("default", $"user {i}"))];
            if (users.Length == 0)
                continue;
            var records = await store.LoadAsync([.. users.Select(u => new UserLookup(u, []))], 0, default);
            UserCommit[] commits = [.. users.Select((u, i) => Next(u, records[i]))];
            var results = await store.CommitAsync(commits, default);
            for (int i = 0; i < users.Length; i++)
                _answers.Add((users[i], records[i].Revision, results[i]));
        }
    }

    public async Task VerifyAsync()
    {
        Assert.Contains(_answers, a => a.Result.Status == CommitStatus.Conflict);
        foreach (var answers in _answers.GroupBy(a => a.User))
        {
            // The winners form one chain: each was computed from the one before it.
            long before = 0;
            var won = answers.Where(a => a.Result.Status == CommitStatus.Committed).OrderBy(a => a.Result.Revision).ToList();
            Assert.All(won, a =>
            {
                Assert.Equal(before, a.Expected);
                before = a.Result.Revision;
            });
            Assert.All(answers.Where(a => a.Result.Status == CommitStatus.Conflict), a => Assert.True(a.Result.Revision > a.Expected));

            var record = Assert.Single(await store.LoadAsync([new UserLookup(answers.Key, [])], 0, default));
            Assert.Equal(won.Count, Count(record.State));
            var log = await store.ReadUserLogAsync(answers.Key, LogStream.Events, 0, int.MaxValue, false, default);
            Assert.Equal(Enumerable.Range(1, won.Count), log.Select(e => Count(e.Payload)));
            Assert.Equal(won.Select(a => a.Result.FirstSequence), log.Select(e => e.Sequence));
        }
    }

    private static UserCommit Next(UserKey user, UserRecord record)
    {
        byte[] count = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(count, Count(record.State) + 1);
        return new UserCommit
        {
            User = user,
            ExpectedRevision = record.Revision,
            State = count,
            Appends = [new LogAppend(LogStream.Events, "", 0, count)],
            ReceiveTimeMs = 0,
        };
    }

    private static int Count(ReadOnlyMemory<byte> state) => state.IsEmpty ? 0 : BinaryPrimitives.ReadInt32LittleEndian(state.Span);
}
