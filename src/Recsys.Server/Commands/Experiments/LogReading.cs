using Recsys.Datasets;
using Recsys.Datasets.Logs;
using Recsys.Inference.Experiments;
using Spectre.Console;

namespace Recsys.Server.Commands.Experiments;

/// <summary>Reads logs of policies, and says on standard error how far it is: a bar in a terminal, else a line every ten seconds.</summary>
internal static class LogReading
{
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    /// <summary>How many different actions a log shows.</summary>
    public static Task<int> CountActionsAsync(PolicyLog log, CancellationToken cancellationToken) => ShowAsync(log, progress =>
    {
        var actions = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in log.Read(progress, cancellationToken)) actions.Add(row.Action);
        return actions.Count;
    });

    /// <summary>The outcomes of a log.</summary>
    /// <param name="log">The file.</param>
    /// <param name="probability">With which the policy in question shows a row's action; null: as the row says.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static Task<OffPolicyLog> ReadAsync(PolicyLog log, double? probability, CancellationToken cancellationToken) => ShowAsync(log, progress =>
    {
        var hasUnits = log.ColumnOf(PolicyLogField.Unit) is not null;
        var outcomes = new OffPolicyLog(hasUnits);
        foreach (var row in log.Read(progress, cancellationToken))
            outcomes.Add(new(row.Propensity, probability ?? row.Probability, row.Reward), hasUnits ? StableHash.Of(row.Unit) : 0);
        return outcomes.Count > 0 ? outcomes : throw new DatasetFormatException($"There is no row in {log.Path}.");
    });

    private static async Task<T> ShowAsync<T>(PolicyLog log, Func<ReadProgress, T> read)
    {
        var progress = new ReadProgress();
        var work = Task.Run(() => read(progress));
        var name = Path.GetFileName(log.Path);
        if (!Console.IsErrorRedirected) return await ShowBarAsync(name, log.Bytes, progress, work);
        while (await Task.WhenAny(work, Task.Delay(LineInterval)) != work)
            await Console.Error.WriteLineAsync($"recsys: {name}: {progress.LinesRead:N0} rows, {(double)progress.BytesRead / Math.Max(1, log.Bytes):P0}");
        return await work;
    }

    private static async Task<T> ShowBarAsync<T>(string name, long bytes, ReadProgress progress, Task<T> work)
    {
        // What is read at once needs no bar.
        if (await Task.WhenAny(work, Task.Delay(BarInterval)) == work) return await work;
        return await Screen.Error().Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(Markup.Escape(name), maxValue: Math.Max(1, bytes));
                while (await Task.WhenAny(work, Task.Delay(BarInterval)) != work)
                {
                    bar.Value = progress.BytesRead;
                    bar.Description = $"{Markup.Escape(name)}: {progress.LinesRead:N0} rows";
                }

                return await work;
            });
    }
}
