using System.Globalization;
using Spectre.Console;

namespace Recsys.Server.Bench;

/// <summary>A report for people.</summary>
internal static class BenchTables
{
    /// <summary>Prints it.</summary>
    public static void Write(IAnsiConsole terminal, BenchReport report)
    {
        var machine = report.Machine;
        terminal.WriteLine($"recsys {machine.Recsys} on {machine.Processor}, {machine.Cores} cores, {machine.MemoryGb} GB; generator, server and echo share it");
        foreach (var result in report.Results) Write(terminal, report.Settings, result);
        if (report.Results.Count > 1) terminal.Write(Sweep(report));
        if (report.Settings.Sources.Count > 1) terminal.Write(Paths(report));
        if (report.Interrupted) terminal.WriteLine("Interrupted: figures are of the time until then.");
    }

    private static void Write(IAnsiConsole terminal, BenchSettings settings, SizeReport result)
    {
        terminal.WriteLine();
        var model = result.ModelVersion.Length == 0 ? "no live model" : $"model {result.ModelVersion}{(result.Preparation is null ? "" : $" of {settings.Dimensions}, sources: {Name(result)}")}";
        terminal.WriteLine($"{result.Items:N0} items, {settings.Users:N0} users ({settings.UserChoice.ToString().ToLowerInvariant()}), {model}");
        terminal.WriteLine(
            $"{settings.Arrivals.ToString().ToLowerInvariant()} arrivals, {result.Server.RatePerSecond:N0}/s for {result.Server.Seconds:F0} s, {settings.Mix.Text}; "
            + $"{settings.Streams} streams, {settings.Batch} events a message, {settings.Subscribe * 100:0.#} % of users watched");
        if (result.Preparation is { } times)
        {
            terminal.WriteLine($"prepared in {times.ItemsSeconds:F1} s (items), {times.ModelSeconds:F1} s (model), {times.EventsSeconds:F1} s ({times.Events:N0} events)");
        }

        terminal.Write(Latencies(result));
        Usage(terminal, result.Server);
        if (result.Server.StoreCalls is { } calls) terminal.WriteLine($"  {calls}");
        if (result.Server.Switch is { } change) terminal.Write(Switch(change));
        if (result.Echo is not { } echo) return;
        Usage(terminal, echo);
        if (result.CpuRatio is { } ratio) terminal.WriteLine($"  CPU an operation, server to echo: {ratio:F2}");
    }

    private static Table Latencies(SizeReport result)
    {
        var table = NewTable("milliseconds from when it was due", "due/s", "done/s", "p50", "p95", "p99", "p99.9", "max", "errors", "p50 / echo", "p99 / echo");
        Add(result.Server, result.Ratio);
        if (result.Echo is { } echo) Add(echo, null);
        return table;

        void Add(LoadResult load, IReadOnlyDictionary<string, EchoRatio>? ratios)
        {
            foreach (var (name, row) in load.Operations)
            {
                EchoRatio? ratio = null;
                ratios?.TryGetValue(name, out ratio);
                table.AddRow(
                    Markup.Escape($"{load.Target}: {name.Replace('_', ' ')}"), $"{row.OfferedPerSecond:N0}", $"{row.AchievedPerSecond:N0}", Ms(row.P50Ms), Ms(row.P95Ms), Ms(row.P99Ms),
                    Ms(row.P999Ms), Ms(row.MaxMs), Errors(row), ratio is null ? "" : $"{ratio.P50:F1}", ratio is null ? "" : $"{ratio.P99:F1}");
            }
        }
    }

    private static Table Switch(SwitchResult change)
    {
        var table = NewTable($"switch to {change.ModelVersion}, {change.Seconds:F1} s", "done/s", "p50", "p95", "p99", "p99.9", "max", "errors", "p99 / before");
        foreach (var (phase, rows) in change.Phases)
        {
            foreach (var (name, row) in rows)
            {
                var ratio = change.Phases["before"].TryGetValue(name, out var before) ? EchoRatio.Divide(row.P99Ms, before.P99Ms) : 0;
                table.AddRow(
                    Markup.Escape($"{phase}: {name.Replace('_', ' ')}"), $"{row.AchievedPerSecond:N0}", Ms(row.P50Ms), Ms(row.P95Ms), Ms(row.P99Ms), Ms(row.P999Ms), Ms(row.MaxMs), Errors(row),
                    ratio == 0 ? "" : $"{ratio:F2}");
            }
        }

        return table;
    }

    private static Table Sweep(BenchReport report)
    {
        var kinds = report.Results.SelectMany(result => result.Server.Operations.Keys).Distinct().ToArray();
        var table = NewTable("items", [.. kinds.Select(kind => kind.Replace('_', ' ')), "rate/s", "errors", "CPU ms/op", "MiB"]);
        table.Title = new TableTitle("milliseconds, p50 / p99");
        foreach (var result in report.Results)
        {
            var server = result.Server;
            table.AddRow(
            [
                $"{result.Items:N0}{(report.Settings.Sources.Count > 1 ? $", {Name(result)}" : "")}",
                .. kinds.Select(kind => server.Operations.TryGetValue(kind, out var row) ? $"{Ms(row.P50Ms)} / {Ms(row.P99Ms)}" : "-"),
                $"{server.RatePerSecond:N0}", $"{server.ErrorCount:N0}", server.CpuMsPerOperation is { } cpu ? $"{cpu:F2}" : "-",
                server.Processes.Count > 0 ? $"{server.Processes.Sum(process => process.MemoryPeakMb):N0}" : "-",
            ]);
        }

        return table;
    }

    /// <summary>The model with all sources against the session network alone.</summary>
    private static Table Paths(BenchReport report)
    {
        var kinds = report.Results.SelectMany(result => result.Server.Operations.Keys).Distinct().ToArray();
        var table = NewTable("items", [.. kinds.Select(kind => kind.Replace('_', ' ')), "CPU an operation"]);
        table.Title = new TableTitle("all sources to session alone, p50 / p99");
        foreach (var size in report.Results.GroupBy(result => result.Items))
        {
            if (size.FirstOrDefault(result => result.Sources == ModelSources.All)?.Server is not { } all) continue;
            if (size.FirstOrDefault(result => result.Sources == ModelSources.Session)?.Server is not { } session) continue;
            var ratios = EchoRatio.Of(all, session);
            table.AddRow(
            [
                $"{size.Key:N0}",
                .. kinds.Select(kind => ratios.TryGetValue(kind, out var ratio) ? $"{ratio.P50:F2} / {ratio.P99:F2}" : "-"),
                all.CpuMsPerOperation is { } above && session.CpuMsPerOperation is { } below ? $"{EchoRatio.Divide(above, below):F2}" : "-",
            ]);
        }

        return table;
    }

    private static string Name(SizeReport result) => result.Sources?.ToString().ToLowerInvariant() ?? "";

    private static void Usage(IAnsiConsole terminal, LoadResult load)
    {
        foreach (var process in load.Processes)
        {
            terminal.WriteLine(
                $"  {load.Target}: {process.CpuPercent:F0} % of a core ({process.CpuSeconds:F1} s; {load.CpuMsPerOperation:F3} ms an operation{(load.Processes.Count > 1 ? ", all servers" : "")}), "
                + $"memory {process.MemoryPeakMb:N0} MiB at most, {process.MemoryMeanMb:N0} on average");
        }

        var generator = load.Generator;
        terminal.WriteLine(
            $"  generator beside {load.Target}: {generator.Process?.CpuPercent ?? 0:F0} % of a core, "
            + $"late by {generator.LagP50Ms:F2} ms (median), {generator.LagP99Ms:F2} (p99), {generator.LagMaxMs:F1} (max)");
        if (generator.Warning is { } warning) terminal.WriteLine($"  warning: {warning}");
    }

    private static Table NewTable(string first, params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn(first).NoWrap());
        foreach (var column in columns) table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        return table;
    }

    private static string Errors(LatencySummary row) => row.ErrorCount == 0 ? "0"
        : Markup.Escape($"{row.ErrorCount:N0} " + string.Join(", ", row.Errors.Select(pair => $"{pair.Key} {pair.Value:N0}")));

    private static string Ms(double value) => value.ToString(value < 10 ? "F2" : "N1", CultureInfo.InvariantCulture);
}
