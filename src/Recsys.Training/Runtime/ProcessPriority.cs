using System.Runtime.InteropServices;

namespace Recsys.Training.Runtime;

/// <summary>Steps back behind everything else on the machine: a training must not slow the lists of the server beside it.</summary>
internal static partial class ProcessPriority
{
    /// <summary>The highest number, the lowest priority.</summary>
    public const int MaxNice = 19;

    private const int OfProcess = 0;

    /// <summary>
    /// Gives this thread, and with it all threads that it or they will start, at least this nice level; a level that the parent set and that is higher
    /// stays. Failing to is no reason not to train.
    /// </summary>
    public static void SetNice(int level)
    {
        if (level == 0 || OperatingSystem.IsWindows())
            return;
        var present = GetPriority(OfProcess, 0);
        if (present < level)
            _ = SetPriority(OfProcess, 0, level);
    }

    [LibraryImport("libc", EntryPoint = "getpriority")]
    private static partial int GetPriority(int which, uint who);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int level);
}
