using System.Text.Json;

namespace Recsys.Storage.Sqlite;

/// <summary>
/// Exclusive ownership of a store: an operating-system lock on a file beside it, which ends with its holder's process however that ends,
/// and a readable file that says who the holder is.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    // EWOULDBLOCK of Linux and macOS, ERROR_SHARING_VIOLATION: how the runtime says that a file is locked.
    private static readonly int[] LockedResults = [11, 35, unchecked((int)0x80070020)];

    private readonly string _ownerPath;
    private readonly FileStream _lock;

    private StoreLock(string path, FileStream held)
    {
        _ownerPath = OwnerPath(path);
        _lock = held;
    }

    /// <exception cref="StoreInUseException">Somebody else holds it.</exception>
    public static StoreLock Take(string path, string? description)
    {
        FileStream held;
        try
        {
            // The lock file stays when the store is closed: deleting it would let two later openers lock two different files of that name.
            held = new FileStream(LockPath(path), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (LockedResults.Contains(error.HResult))
        {
            var owner = ReadOwner(path);
            throw new StoreInUseException(path, owner?.ProcessId, owner?.Description);
        }

        var taken = new StoreLock(path, held);
        try
        {
            taken.Describe(description);
            return taken;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Says who the holder is; replaces what was said before.</summary>
    public void Describe(string? description)
    {
        string draft = _ownerPath + ".tmp";
        File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(new StoreOwner(Environment.ProcessId, description)));
        File.Move(draft, _ownerPath, overwrite: true);
    }

    public void Dispose()
    {
        try
        {
            File.Delete(_ownerPath);
        }
        catch (IOException)
        {
            // It's only read while the lock is held.
        }

        _lock.Dispose();
    }

    public static string LockPath(string path) => path + ".lock";

    private static string OwnerPath(string path) => path + ".owner";

    private static StoreOwner? ReadOwner(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<StoreOwner>(File.ReadAllBytes(OwnerPath(path)));
        }
        catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException)
        {
            // The holder is about to write it, or gone by now.
            return null;
        }
    }
}
