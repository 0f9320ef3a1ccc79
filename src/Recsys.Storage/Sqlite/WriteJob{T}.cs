namespace Recsys.Storage.Sqlite;

/// <summary>A <see cref="WriteJob"/> whose caller awaits a result.</summary>
internal sealed class WriteJob<T>(int weight, Func<WriteSession, T> write) : WriteJob
{
    // The writer thread must never run a caller's continuation.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Completion => _completion.Task;

    public override int Weight => weight;

    public override void Write(WriteSession session) => _result = write(session);

    public override void Complete() => _completion.TrySetResult(_result);

    public override void Fail(Exception error) => _completion.TrySetException(error);
}
