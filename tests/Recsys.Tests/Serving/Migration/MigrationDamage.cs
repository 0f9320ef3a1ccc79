using Recsys.Storage;
using Recsys.Tests.Redis;

namespace Recsys.Tests.Serving.Migration;

/// <summary>Changes one thing in a target that was equal.</summary>
internal static class MigrationDamage
{
    private static readonly UserKey Long = new("a", "u7😀");

    /// <summary>Changes it and returns what must be named.</summary>
    public static async Task<string> InflictAsync(string what, MigrationRig rig, RedisProcess redis)
    {
        switch (what)
        {
            case "payload":
                await FlipPayloadAsync(rig, redis);
                return "'u7😀' of namespace 'a'";
            case "undone":
                var kept = (await rig.Redis.ReadUserLogAsync(Long, LogStream.Events, 0, 5_000, newestFirst: false, default)).First(entry => !entry.Undone);
                await rig.Redis.CommitAsync([new() { User = Long, ExpectedRevision = null, UndoneSequences = [kept.Sequence], ReceiveTimeMs = 1 }], default);
                return "'u7😀' of namespace 'a'";
            case "state":
                await rig.Redis.CommitAsync([new() { User = Long, ExpectedRevision = null, State = new byte[] { 1 }, ReceiveTimeMs = 1 }], default);
                return "a byte of the state, the profile or the log differs";
            case "document":
                await rig.Redis.PutDocumentsAsync([new() { Collection = "secrets", Key = new("", "page_tokens"), Content = new byte[] { 1 } }], default);
                return "'page_tokens' of namespace '' in collection 'secrets' isn't the same";
            case "added user":
                await rig.Redis.CommitAsync([new() { User = new("new", "x"), ExpectedRevision = 0, State = new byte[] { 1 }, ReceiveTimeMs = 1 }], default);
                return "user 'x' of namespace 'new' is only in the target";
            case "missing user":
                await rig.Redis.DeleteUserAsync(Long, default);
                return "'u7😀' of namespace 'a' is missing in the target";
            case "item number":
                await rig.Redis.AllocateItemNumbersAsync("default", ["one more"], default);
                return "'one more'";
            case "artefact":
                await FlipArtefactAsync(rig);
                return "of model 'session-1' of namespace 'default' isn't the same";
            default:
                throw new ArgumentOutOfRangeException(nameof(what), what, "No such damage.");
        }
    }

    /// <summary>One bit of one event's payload, by Redis itself: the entry is written again under its id.</summary>
    private static async Task FlipPayloadAsync(MigrationRig rig, RedisProcess redis)
    {
        const string script = """
            for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
              for _, entry in ipairs(redis.call('XREVRANGE', key, '+', '-')) do
                if entry[2][2] == ARGV[2] and #entry[2][6] > 0 then
                  local payload = entry[2][6]
                  local flipped = string.char(bit.bxor(string.byte(payload, -1), 1))
                  redis.call('XDEL', key, entry[1])
                  local rest = redis.call('XRANGE', key, '(' .. entry[1], '+')
                  for _, later in ipairs(rest) do redis.call('XDEL', key, later[1]) end
                  local before = redis.call('XRANGE', key, '-', '+')
                  redis.call('DEL', key)
                  for _, earlier in ipairs(before) do redis.call('XADD', key, earlier[1], unpack(earlier[2])) end
                  redis.call('XADD', key, entry[1], 'u', entry[2][2], 'e', entry[2][4], 'p', string.sub(payload, 1, -2) .. flipped)
                  for _, later in ipairs(rest) do redis.call('XADD', key, later[1], unpack(later[2])) end
                  return 1
                end
              end
            end
            return 0
            """;
        var answer = await redis.CliAsync("eval", script, "0", $"{rig.Prefix}{{a.*}}:events", Long.UserId);
        Assert.Equal("1", answer.Trim());
    }

    private static async Task FlipArtefactAsync(MigrationRig rig)
    {
        var pieces = await rig.Redis.ListDocumentsAsync("artefacts", "default", null, 100, default);
        var piece = pieces.First(document => !document.Key.Key.Contains("manifest", StringComparison.Ordinal));
        var content = piece.Content.ToArray();
        content[^1] ^= 1;
        await rig.Redis.PutDocumentsAsync([new() { Collection = "artefacts", Key = piece.Key, Content = content }], default);
    }
}
