using System.Runtime.InteropServices;

namespace Recsys.Inference.Artefacts;

/// <summary>Makes names durable: on Linux and macOS a new or renamed file survives a power cut only once its folder was synced.</summary>
public static partial class FolderSync
{
    /// <summary>Syncs a folder's entries to disk; does nothing on Windows, where renames are journalled.</summary>
    /// <exception cref="IOException">It can't be opened or synced.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(folder, 0);
        if (descriptor < 0) throw new IOException($"Cannot open {folder} to sync it: error {Marshal.GetLastPInvokeError()}.");
        try
        {
            if (Fsync(descriptor) != 0) throw new IOException($"Cannot sync {folder}: error {Marshal.GetLastPInvokeError()}.");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
