using System.Globalization;

namespace Recsys.Server.Bench;

/// <summary>Prepares, loads the servers and then the echo service, a catalogue size and a kind of model after another.</summary>
internal sealed class BenchRun(BenchSettings settings, IProgress<string> progress, Action<string> say)
{
    private const double FirstRate = 500;
    private const double SearchWarmUpSeconds = 2;

    /// <summary>Runs. Cancelling ends it early, with what there is.</summary>
    public async Task<BenchReport> RunAsync(CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetUtcNow();
        var results = new List<SizeReport>();
        foreach (var (items, sources) in settings.Catalogue.SelectMany(_ => settings.Sources, (items, sources) => (items, sources)))
        {
            var folder = Directory.CreateTempSubdirectory("recsys-bench-").FullName;
            try
            {
                results.Add(await MeasureAsync(items, sources, folder, cancellationToken));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Nothing was measured of this size yet.
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }

            if (cancellationToken.IsCancellationRequested) break;
        }

        return new BenchReport
        {
            StartTime = start,
            Interrupted = cancellationToken.IsCancellationRequested,
            Machine = MachineFacts.Read(),
            Settings = settings,
            Results = results,
        };
    }

    private async Task<SizeReport> MeasureAsync(int items, ModelSources sources, string folder, CancellationToken cancellationToken)
    {
        PreparationTimes? preparation = null;
        BenchTarget target;
        if (settings.Servers.Count > 0)
        {
            target = await BenchTarget.UseAsync(settings, items, say, cancellationToken);
        }
        else
        {
            var words = Words(folder);
            var what = $"a model of {settings.Dimensions}, sources: {sources.ToString().ToLowerInvariant()}";
            say(string.Create(CultureInfo.InvariantCulture, $"preparing {items:N0} items, {settings.Users:N0} users with {settings.History} events each, {what}"));
            preparation = await BenchPreparation.RunAsync(settings, items, sources, folder, words, cancellationToken);
            GC.Collect(); // the model's weights: the generator shall be small while it measures
            target = await BenchTarget.StartAsync(settings, items, folder, words, cancellationToken);
        }

        SizeReport report;
        double rate;
        await using (target)
        {
            say($"loading {string.Join(", ", target.Addresses)}, {(target.ModelVersion.Length > 0 ? $"model {target.ModelVersion}" : "no model is live")}");
            (rate, var search) = await RateAsync(target, cancellationToken);
            report = new SizeReport
            {
                Items = target.ItemIds.Count,
                Sources = preparation is null ? null : sources,
                ModelVersion = target.ModelVersion,
                Preparation = preparation,
                Search = search,
                Server = await LoadAsync(
                    "server", target.Addresses, target.Children, target.ItemIds, rate, settings.WarmUpSeconds, settings.Seconds, cancellationToken,
                    settings.SwitchModel ? new ModelSwitch(target.Addresses[0], settings.Namespace, preparation!.NextModelVersion) : null),
            };
            target.WriteSamples(folder);
        }

        return settings.Echo && !cancellationToken.IsCancellationRequested ? await CompareAsync(report, target.ItemIds, rate, folder, cancellationToken) : report;
    }

    /// <summary>The words of `recsys serve` for the children: what the caller says, and for what it doesn't say a temporary place.</summary>
    private List<string> Words(string folder)
    {
        List<string> words = [.. settings.ServeArguments];
        Default("--db", Path.Combine(folder, "bench.db"));
        Default("--model-folder", Path.Combine(folder, "models"));
        Default("--log-level", "Warning");
        return words;

        void Default(string flag, string value)
        {
            if (!words.Exists(word => word == flag || word.StartsWith(flag + "=", StringComparison.Ordinal))) words.AddRange([flag, value]);
        }
    }

    private async Task<(double Rate, IReadOnlyList<RateStep> Steps)> RateAsync(BenchTarget target, CancellationToken cancellationToken)
    {
        if (settings.Rate is { } given) return (given, []);
        var search = new RateSearch(FirstRate, settings.P99LimitMs, say);
        var found = await search.RunAsync(rate => LoadAsync("server", target.Addresses, target.Children, target.ItemIds, rate, SearchWarmUpSeconds, settings.StepSeconds, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (found == 0) throw new IOException($"The server doesn't sustain one operation a second within {settings.P99LimitMs} ms.");
        say(string.Create(CultureInfo.InvariantCulture, $"the highest rate sustained is {found:N0}/s; measuring it"));
        return (found, search.Steps);
    }

    private async Task<SizeReport> CompareAsync(SizeReport report, IReadOnlyList<string> itemIds, double rate, string folder, CancellationToken cancellationToken)
    {
        await using var child = await ServerChild.StartAsync(["bench-echo", "--answers", folder], folder, "echo", cancellationToken);
        var echo = await LoadAsync("echo", [child.Address], [child], itemIds, rate, settings.WarmUpSeconds, settings.Seconds, cancellationToken);
        return report with
        {
            Echo = echo with { StoreCalls = null },
            Ratio = EchoRatio.Of(report.Server, echo),
            CpuRatio = report.Server.CpuMsPerOperation is { } above && echo.CpuMsPerOperation is { } below ? EchoRatio.Divide(above, below) : null,
        };
    }

    private Task<LoadResult> LoadAsync(
        string name, IReadOnlyList<string> addresses, IReadOnlyList<ServerChild> children, IReadOnlyList<string> itemIds,
        double rate, double warmUpSeconds, double seconds, CancellationToken cancellationToken, ModelSwitch? modelSwitch = null)
    {
        var world = new BenchWorld(itemIds, BenchWorld.ItemTable(itemIds.Count), Guid.NewGuid().ToString("N")[..12]);
        return new LoadGenerator(settings, world, addresses, children, progress).RunAsync(name, rate, warmUpSeconds, seconds, modelSwitch, cancellationToken);
    }
}
