using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Recsys.Server.Bench;

/// <summary>Waits until a timestamp to within some hundredths of a millisecond, without turning in circles: .NET's own waits are whole milliseconds.</summary>
internal static partial class PreciseWait
{
    private const int SetTimerSlack = 29;
    private static readonly TimeSpan LongestNap = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks the kernel to wake the calling thread in time rather than together with others.</summary>
    public static void SharpenThisThread()
    {
        if (OperatingSystem.IsLinux()) _ = ProcessControl(SetTimerSlack, 1, 0, 0, 0);
    }

    /// <summary>Returns at the timestamp, or at once if it's past, or within 50 ms of a cancellation.</summary>
    public static void Until(long timestamp, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var now = Stopwatch.GetTimestamp();
            if (now >= timestamp) return;
            var nap = Stopwatch.GetElapsedTime(now, timestamp);
            if (nap > LongestNap) nap = LongestNap;
            if (OperatingSystem.IsLinux())
            {
                var time = new TimeSpec(0, (nint)(nap.Ticks * TimeSpan.NanosecondsPerTick));
                _ = NanoSleep(in time, 0);
            }
            else
            {
                Thread.Yield();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(in TimeSpec time, nint remaining);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds);
}
