using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Recsys.V1;

namespace Recsys.Server.Bench;

/// <summary>A switch to another model while the load goes on: what operations took that were due before, during and after it. Thread-safe.</summary>
/// <param name="address">The server that is told to switch.</param>
/// <param name="ns">The namespace.</param>
/// <param name="version">The model that goes live.</param>
internal sealed class ModelSwitch(string address, string ns, string version)
{
    private const int Before = 0;
    private const int During = 1;
    private const int After = 2;

    private static readonly string[] Phases = ["before", "during", "after"];

    private readonly LatencyRow[][] _rows = [.. Phases.Select(_ => (LatencyRow[])[.. Enum.GetValues<OperationKind>().Select(_ => new LatencyRow())])];
    private long _began = long.MaxValue;
    private long _ended = long.MaxValue;

    /// <summary>Switches, and returns when the model is live.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var channel = GrpcChannel.ForAddress(address);
        var models = new ModelService.ModelServiceClient(channel);
        Volatile.Write(ref _began, Stopwatch.GetTimestamp());
        try
        {
            await models.ActivateModelAsync(new ActivateModelRequest { Namespace = ns, ModelVersion = version }, cancellationToken: cancellationToken);
            Volatile.Write(ref _ended, Stopwatch.GetTimestamp());
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            // The load is over.
        }
    }

    /// <summary>The row that an operation belongs to.</summary>
    public LatencyRow RowOf(OperationKind kind, long scheduled) =>
        _rows[scheduled < Volatile.Read(ref _began) ? Before : scheduled < Volatile.Read(ref _ended) ? During : After][(int)kind];

    /// <summary>What came of it.</summary>
    /// <param name="windowStart">When measuring began.</param>
    /// <param name="windowEnd">When it ended.</param>
    /// <exception cref="IOException">The switch wasn't done by then.</exception>
    public SwitchResult Sum(long windowStart, long windowEnd)
    {
        var (began, ended) = (Volatile.Read(ref _began), Volatile.Read(ref _ended));
        if (ended >= windowEnd) throw new IOException("The switch of the model wasn't done when the load ended. Use more --seconds.");
        (long Start, long End)[] times = [(windowStart, began), (began, ended), (ended, windowEnd)];
        return new SwitchResult
        {
            ModelVersion = version,
            Seconds = Math.Round(Stopwatch.GetElapsedTime(began, ended).TotalSeconds, 2),
            Phases = Enumerable.Range(Before, Phases.Length).ToDictionary(phase => Phases[phase], phase => Sum(_rows[phase], times[phase].Start, times[phase].End)),
        };
    }

    private static IReadOnlyDictionary<string, LatencySummary> Sum(LatencyRow[] rows, long start, long end) => Enum.GetValues<OperationKind>()
        .Select(kind => (Name: LoadResult.Name(kind), Sum: rows[(int)kind].Sum(start, Math.Max(0.001, Stopwatch.GetElapsedTime(start, end).TotalSeconds))))
        .Where(row => row.Sum.Count + row.Sum.ErrorCount > 0)
        .ToDictionary(row => row.Name, row => row.Sum);
}
