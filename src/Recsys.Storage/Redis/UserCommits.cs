using System.Buffers.Binary;
using System.Globalization;
using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>Commits of users: one script each, all on their way at once.</summary>
internal sealed class UserCommits(RedisKeys keys, RedisCalls calls, Registry registry, RedisMetrics metrics, RedisValue origin)
{
    private const int FixedArguments = 11;
    private const int ArgumentsOfAppend = 3;
    private const int PartitionsAtOnce = 256;

    private const string ContinueScript = """
        if tonumber(redis.call('GET', KEYS[1]) or '0') < tonumber(ARGV[1]) then
          redis.call('SET', KEYS[1], ARGV[1])
        end
        return 1
        """;

    // Redis' clock isn't the receive time's; an hour more makes sure that it forgets nothing too early.
    private static readonly RedisValue WindowLifeMs = DuplicateWindowRules.DurationMs + 60 * 60 * 1000;

    /// <summary>Commits all; each by itself is atomic.</summary>
    public async Task<IReadOnlyList<CommitResult>> CommitAsync(IReadOnlyList<UserCommit> commits)
    {
        for (int i = 0; i < commits.Count; i++)
            await registry.AddNamespaceAsync(commits[i].User.Namespace).ConfigureAwait(false);
        var answers = new Task<RedisResult>[commits.Count];
        for (int i = 0; i < answers.Length; i++)
        {
            var own = keys.Of(commits[i].User);
            metrics.Commit(own.PartitionNumber);
            answers[i] = CommitAsync(own, commits[i]);
        }

        return await PartialAnswers.WhenAllAsync(answers, Result, new CommitResult(CommitStatus.Unavailable, 0)).ConfigureAwait(false);
    }

    /// <summary>Raises the counters of a namespace that are behind.</summary>
    public async Task ContinueSequencesAsync(string ns, long through)
    {
        await registry.AddNamespaceAsync(ns).ConfigureAwait(false);
        RedisValue[] arguments = [through.ToString(CultureInfo.InvariantCulture)];
        foreach (int[] partitions in Enumerable.Range(0, keys.Partitions).Chunk(PartitionsAtOnce))
            await Task.WhenAll(partitions.Select(partition => calls.WriteAsync(ContinueScript, [keys.OfPartition(ns, partition).Counter], arguments))).ConfigureAwait(false);
    }

    private async Task<RedisResult> CommitAsync(UserKeys own, UserCommit commit)
    {
        try
        {
            return await calls.WriteAsync(RedisScript.Commit, Keys(own), Arguments(commit, own.Channel)).ConfigureAwait(false);
        }
        catch (StoreFormatException error)
        {
            // Many are on their way at once: which of them it was, the script's error doesn't say.
            throw new StoreFormatException($"Key {own.Record}: {error.Message}", error);
        }
    }

    private static CommitResult Result(RedisResult answer) =>
        new((int)answer[0] == 1 ? CommitStatus.Committed : CommitStatus.Conflict, (long)answer[1], (long)answer[2]);

    private static RedisKey[] Keys(UserKeys own)
    {
        var partition = own.Partition;
        return
        [
            own.Record, own.Window, partition.Counter, partition.Users, partition.Events, partition.Exposures, own.EventIndex, own.ExposureIndex, partition.Undone,
        ];
    }

    private RedisValue[] Arguments(UserCommit commit, string channel)
    {
        var appends = commit.Appends;
        var arguments = new RedisValue[FixedArguments + ArgumentsOfAppend * appends.Count];
        arguments[0] = commit.User.UserId;
        arguments[1] = commit.ExpectedRevision is { } expected ? expected.ToString(CultureInfo.InvariantCulture) : "";
        arguments[2] = commit.State is null ? "0" : "1";
        arguments[3] = commit.State.GetValueOrDefault();
        arguments[4] = commit.Profile is null ? "0" : "1";
        arguments[5] = commit.Profile.GetValueOrDefault();
        arguments[6] = RecentEvents.Encode(appends, commit.ReceiveTimeMs);
        arguments[7] = WindowLifeMs;
        arguments[8] = Sequences(commit.UndoneSequences);
        arguments[9] = channel;
        arguments[10] = origin;
        for (int i = 0; i < appends.Count; i++)
        {
            int at = FixedArguments + ArgumentsOfAppend * i;
            arguments[at] = appends[i].Stream == LogStream.Events ? "e" : "x";
            arguments[at + 1] = appends[i].EventId;
            arguments[at + 2] = appends[i].Payload;
        }

        return arguments;
    }

    private static byte[] Sequences(IReadOnlyList<long> sequences)
    {
        byte[] bytes = new byte[sizeof(long) * sequences.Count];
        for (int i = 0; i < sequences.Count; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(sizeof(long) * i), sequences[i]);
        return bytes;
    }
}
