using System.Globalization;
using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>Reads of one user's log, by the user's index of sequences into the partition's stream.</summary>
internal sealed class UserLogReads(RedisKeys keys, RedisCalls calls)
{
    // A script keeps its node from everything else: this many take about a millisecond.
    private const int EntriesAtOnce = 500;
    private const int HeadCount = 2;
    private const int FieldsOfEntry = 4;

    public async Task<IReadOnlyList<LogEntry>> ReadAsync(
        UserKey user, LogStream stream, long boundary, int maxCount, bool newestFirst, CancellationToken cancellationToken)
    {
        var own = keys.Of(user);
        RedisKey[] used = [own.Index(stream), own.Partition.Stream(stream), own.Partition.Undone];
        RedisValue from = boundary.ToString(CultureInfo.InvariantCulture);
        var entries = new List<LogEntry>();
        while (entries.Count < maxCount)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int wanted = Math.Min(EntriesAtOnce, maxCount - entries.Count);
            var answer = await calls.ReadAsync(RedisScript.ReadUserLog, used, [from, wanted, newestFirst ? "d" : "a"]).ConfigureAwait(false);
            for (int i = HeadCount; i < answer.Length; i += FieldsOfEntry)
            {
                // Undo marks events only; an exposure never has the number of an event.
                entries.Add(new LogEntry((long)answer[i], user, (string)answer[i + 1]!, (int)answer[i + 2] == 1, (byte[])answer[i + 3]!));
            }

            if ((int)answer[0] == 0)
                break;
            from = (RedisValue)answer[1];
        }

        return entries;
    }
}
