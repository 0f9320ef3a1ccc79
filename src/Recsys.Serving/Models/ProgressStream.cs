using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Recsys.Serving.Models;

/// <summary>Turns a job that reports progress into a stream of its reports that ends with its result. Ending the enumeration early ends the job.</summary>
internal static class ProgressStream
{
    // A reader that's this far behind loses the oldest reports: the newest say where the job stands.
    private const int MaxWaiting = 1_024;

    public static async IAsyncEnumerable<(TrainingProgress? Progress, T? Result)> RunAsync<T>(
        Func<IProgress<TrainingProgress>, CancellationToken, Task<T>> job, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        var reports = Channel.CreateBounded<TrainingProgress>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = Task.Run(
            async () =>
            {
                try
                {
                    return await job(new Reports(reports.Writer), stop.Token);
                }
                finally
                {
                    reports.Writer.Complete();
                }
            },
            CancellationToken.None);
        try
        {
            await foreach (var report in reports.Reader.ReadAllAsync(CancellationToken.None)) yield return (report, null);
            yield return (null, await running);
        }
        finally
        {
            // What it throws, if anything, was thrown above already; the job's own clean-up must be through before the caller goes on.
            await stop.CancelAsync();
            await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed class Reports(ChannelWriter<TrainingProgress> writer) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => writer.TryWrite(value);
    }
}
