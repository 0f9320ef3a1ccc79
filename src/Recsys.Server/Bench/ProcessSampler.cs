using System.Diagnostics;
using System.Globalization;

namespace Recsys.Server.Bench;

/// <summary>Reads CPU and memory of processes from /proc while a load runs; of the generator itself, too. Elsewhere than on Linux nothing is known.</summary>
internal sealed class ProcessSampler(IReadOnlyList<int> processIds)
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux
    private readonly int[] _ids = [.. processIds, Environment.ProcessId];
    private readonly double[] _firstCpu = new double[processIds.Count + 1];
    private readonly double[] _lastCpu = new double[processIds.Count + 1];
    private readonly long[] _peakBytes = new long[processIds.Count + 1];
    private readonly double[] _sumBytes = new double[processIds.Count + 1];
    private long _firstTime;
    private long _lastTime;
    private int _samples;

    /// <summary>Looks once.</summary>
    public void Sample()
    {
        if (!OperatingSystem.IsLinux()) return;
        _lastTime = Stopwatch.GetTimestamp();
        if (_samples == 0) _firstTime = _lastTime;
        for (var i = 0; i < _ids.Length; i++)
        {
            if (Read(_ids[i]) is not { } read) continue;
            if (_samples == 0) _firstCpu[i] = read.CpuSeconds;
            _lastCpu[i] = read.CpuSeconds;
            _peakBytes[i] = Math.Max(_peakBytes[i], read.Bytes);
            _sumBytes[i] += read.Bytes;
        }

        _samples++;
    }

    /// <summary>What the servers used.</summary>
    public IReadOnlyList<ProcessUsage> Servers() => [.. Enumerable.Range(0, _ids.Length - 1).Select(Usage).OfType<ProcessUsage>()];

    /// <summary>What this process used.</summary>
    public ProcessUsage? Generator() => Usage(_ids.Length - 1);

    private static (double CpuSeconds, long Bytes)? Read(int processId)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));

            // After the name, which may hold anything but ends with the last parenthesis: state is field 0, utime 11, stime 12.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var pages = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/statm")).Split(' ')[1];
            var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
            return (ticks / TicksPerSecond, long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize);
        }
        catch (IOException)
        {
            return null; // the process is gone; the load says so by its errors
        }
    }

    private ProcessUsage? Usage(int index)
    {
        var seconds = Stopwatch.GetElapsedTime(_firstTime, _lastTime).TotalSeconds;
        if (_samples < 2 || seconds <= 0) return null;
        var cpu = _lastCpu[index] - _firstCpu[index];
        return new ProcessUsage
        {
            ProcessId = _ids[index],
            CpuSeconds = Math.Round(cpu, 2),
            CpuPercent = Math.Round(100 * cpu / seconds, 1),
            MemoryPeakMb = Math.Round(_peakBytes[index] / 1048576.0, 1),
            MemoryMeanMb = Math.Round(_sumBytes[index] / _samples / 1048576.0, 1),
        };
    }
}
