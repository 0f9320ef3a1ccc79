namespace Recsys.Storage;

/// <summary>Another process (or another store object of this one) holds the store's file.</summary>
public sealed class StoreInUseException : Exception
{
    /// <summary>Names the file and, as far as they are known, its holder's process id and description.</summary>
    public StoreInUseException(string path, int? processId, string? description)
        : base(Describe(path, processId, description))
    {
        Path = path;
        ProcessId = processId;
        Description = description;
    }

    /// <summary>The store's file.</summary>
    public string Path { get; }

    /// <summary>The holder's process id; null: not known (yet).</summary>
    public int? ProcessId { get; }

    /// <summary>What the holder says of itself, e.g. the server's address; null: nothing.</summary>
    public string? Description { get; }

    private static string Describe(string path, int? processId, string? description)
    {
        string holder = processId is null ? "another process" : $"process {processId}";
        return string.IsNullOrEmpty(description) ? $"The store {path} is in use by {holder}." : $"The store {path} is in use by {holder} ({description}).";
    }
}
