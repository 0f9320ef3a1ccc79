namespace Recsys.Storage;

/// <summary>A place in the log. Its bytes are the store's own; they can be kept and used later. Default: where reading begins.</summary>
/// <param name="Bytes">At most 64 KiB a namespace.</param>
public readonly record struct LogCursor(ReadOnlyMemory<byte> Bytes);
