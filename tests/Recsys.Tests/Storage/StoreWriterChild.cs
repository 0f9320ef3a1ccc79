using System.Buffers.Binary;
using System.Text;
using Recsys.Storage;
using Recsys.Storage.Sqlite;

namespace Recsys.Tests.Storage;

/// <summary>
/// A process that writes until it's killed: four workers at once, or one that stops after a number of commits. Each commit is announced before ("start ID") and
/// after ("ack ID"), each with one write to the pipe, so that a killed process leaves whole lines of everything it said.
/// </summary>
internal static class StoreWriterChild
{
    public const string Description = "a test's writer";

    private static readonly Lock Gate = new();

    /// <param name="path">The store's file.</param>
    /// <param name="count">Commits of one worker; 0: four workers without end.</param>
    public static async Task<int> RunAsync(string path, int count)
    {
        await using var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = path, OwnerDescription = Description }, default);
        await using var output = Console.OpenStandardOutput();
        Say(output, "open");
        if (count > 0)
            await WriteAsync(store, output, 0, count);
        else
            await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() => WriteAsync(store, output, worker, int.MaxValue))));
        return 0;
    }

    public static UserKey User(int worker, int user) => new("default", $"user {worker}.{user}");

    public static int Count(ReadOnlyMemory<byte> state) => state.IsEmpty ? 0 : BinaryPrimitives.ReadInt32LittleEndian(state.Span);

    // Each worker has users of its own, and goes on counting where the process before it was stopped.
    private static async Task WriteAsync(SqliteStore store, Stream output, int worker, int count)
    {
        for (int i = 0; i < count; i++)
        {
            var user = User(worker, i % 3);
            var record = (await store.LoadAsync([new UserLookup(user, [])], 0, default))[0];
            int next = Count(record.State) + 1;
            byte[] state = new byte[1500];
            BinaryPrimitives.WriteInt32LittleEndian(state, next);
            string id = $"{user.UserId}/{next}";
            Say(output, $"start {id}");
            var commit = new UserCommit
            {
                User = user,
                ExpectedRevision = record.Revision,
                State = state,
                Appends =
                [
                    new LogAppend(LogStream.Events, id, (ulong)next, new byte[50]),
                    new LogAppend(LogStream.Exposures, id, 0, new byte[200]),
                ],
                ReceiveTimeMs = next,
            };
            var result = (await store.CommitAsync([commit], default))[0];
            if (result.Status != CommitStatus.Committed)
                throw new InvalidOperationException($"{id} met another writer.");
            Say(output, $"ack {id}");
        }
    }

    private static void Say(Stream output, string line)
    {
        lock (Gate)
            output.Write(Encoding.UTF8.GetBytes(line + "\n"));
    }
}
