using System.Runtime.InteropServices;
using Recsys.Server.Hosting;

namespace Recsys.Server.Bench;

/// <summary>Where it was measured.</summary>
internal sealed record MachineFacts
{
    public required string Processor { get; init; }

    public required int Cores { get; init; }

    public required double MemoryGb { get; init; }

    public required string System { get; init; }

    public required string Runtime { get; init; }

    /// <summary>The version of this program.</summary>
    public required string Recsys { get; init; }

    /// <summary>Reads them.</summary>
    public static MachineFacts Read() => new()
    {
        Processor = ProcessorName(),
        Cores = Environment.ProcessorCount,
        MemoryGb = Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1073741824.0, 1),
        System = RuntimeInformation.OSDescription,
        Runtime = RuntimeInformation.FrameworkDescription,
        Recsys = Contract.ServerVersion,
    };

    private static string ProcessorName()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var line = File.Exists(CpuInfo) ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':') + 1)..].Trim();
    }
}
