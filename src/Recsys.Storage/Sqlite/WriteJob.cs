namespace Recsys.Storage.Sqlite;

/// <summary>A call's part of the writer's transaction.</summary>
internal abstract class WriteJob
{
    /// <summary>About how many rows it writes: limits the size of a group.</summary>
    public abstract int Weight { get; }

    /// <summary>Writes within the open transaction. May run again after a roll-back.</summary>
    public abstract void Write(WriteSession session);

    /// <summary>The transaction is durable: answers the caller.</summary>
    public abstract void Complete();

    /// <summary>The transaction was rolled back: answers the caller.</summary>
    public abstract void Fail(Exception error);
}
