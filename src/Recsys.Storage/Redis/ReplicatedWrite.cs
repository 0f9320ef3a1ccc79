using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>A write that waits for its turn.</summary>
internal sealed class ReplicatedWrite(string script, RedisKey[] keys, RedisValue[] arguments)
{
    private readonly TaskCompletionSource<RedisResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Script => script;

    public RedisKey[] Keys => keys;

    public RedisValue[] Arguments => arguments;

    public Task<RedisResult> Done => _done.Task;

    public void Succeed(RedisResult result) => _done.TrySetResult(result);

    public void Fail(Exception error) => _done.TrySetException(error);
}
