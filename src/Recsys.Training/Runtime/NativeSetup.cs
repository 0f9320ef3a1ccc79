using System.Runtime.InteropServices;

namespace Recsys.Training.Runtime;

/// <summary>What libtorch finds when it is loaded: memory that is kept, and threads that sleep while they wait. Has to run before it is loaded.</summary>
internal static partial class NativeSetup
{
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapMax = -4;
    private const int ArenaMax = -8;
    private const int GrowBy = 64 << 20;

    public static void Apply()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            KeepMemory();
            SleepAtBarriers();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library (musl): slower on some machines, never wrong.
        }
    }

    /// <summary>
    /// By default glibc gives every big block back to the kernel when it is freed; faulting the same pages in again at the next step costs more than the
    /// arithmetic (a log-softmax of 8,192 x 3,416 took 230 ms instead of 12 ms). So: no block by mmap of its own, no arenas beside the main one, which
    /// grows by big steps and isn't trimmed.
    /// </summary>
    private static void KeepMemory()
    {
        SetAllocatorOption(MmapMax, 0);
        SetAllocatorOption(ArenaMax, 1);
        SetAllocatorOption(TrimThreshold, int.MaxValue);
        SetAllocatorOption(TopPad, GrowBy);
    }

    /// <summary>
    /// OpenMP's threads spin at barriers by default. On a machine that also does something else (a training runs niced beside its server) they spin while
    /// the thread that they wait for has no processor: measured 41 s of processor time for what takes 6 s when they sleep. Kept if set by the user.
    /// </summary>
    private static void SleepAtBarriers() => SetEnvironment("OMP_WAIT_POLICY", "passive", overwrite: 0);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetAllocatorOption(int option, int value);

    // .NET's own environment is a copy that native code doesn't see.
    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
