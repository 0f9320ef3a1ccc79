using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Recsys.Training;

namespace Recsys.TrainingBenchmarks;

/// <summary>Measures every part in turn, round after round, each in a process of its own, and prints a table.</summary>
internal static class BenchmarkCommandLine
{
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        var defaults = new BenchmarkSettings();
        var set = new Option<string?>("--training-set", "-t") { Description = "Folder of a training set; default: a generated log of ML-1M's shape.", HelpName = "FOLDER" };
        var users = Number("--users", "Users of the generated log", defaults.Users);
        var blocks = Number("--blocks", "Residual blocks", defaults.Blocks);
        var hidden = Number("--hidden-size", "Floats of a block's hidden state", defaults.HiddenSize);
        var embedding = Number("--embedding-size", "Floats of an embedding", defaults.EmbeddingSize);
        var windows = Number("--batch-windows", "Windows of a batch", defaults.BatchWindows);
        var threads = Number("--threads", "Threads of each part; default: one a processor", defaults.Threads);
        var rounds = Number("--rounds", "How often each part is measured", defaults.Rounds);
        var seconds = new Option<double>("--seconds") { Description = "How long a measurement takes.", HelpName = "X", DefaultValueFactory = _ => defaults.Seconds };
        var part = new Option<string?>("--part") { Description = "Measure only this part, in this process, and print JSON.", HelpName = string.Join('|', Part.All.Select(one => one.Name)) };
        var command = new RootCommand("Training throughput of recsys-train beside the plain TorchSharp loop.") { set, users, blocks, hidden, embedding, windows, threads, rounds, seconds, part };
        command.SetAction(async (parsed, cancellation) =>
        {
            var settings = new BenchmarkSettings
            {
                TrainingSet = parsed.GetValue(set),
                Users = parsed.GetValue(users),
                Blocks = parsed.GetValue(blocks),
                HiddenSize = parsed.GetValue(hidden),
                EmbeddingSize = parsed.GetValue(embedding),
                BatchWindows = parsed.GetValue(windows),
                Threads = parsed.GetValue(threads),
                Rounds = parsed.GetValue(rounds),
                Seconds = parsed.GetValue(seconds),
            };
            try
            {
                if (parsed.GetValue(part) is not { } name)
                    return await CompareAsync(args, settings, output, errors, cancellation);
                var one = Part.All.FirstOrDefault(one => one.Name == name) ?? throw new TrainingException($"--part is {name}, expected {string.Join(", ", Part.All.Select(known => known.Name))}");
                await output.WriteLineAsync(JsonSerializer.Serialize(await PartRun.RunAsync(one, settings), MeasurementJson.Default.Measurement));
                return 0;
            }
            catch (TrainingException e)
            {
                await errors.WriteLineAsync(e.Message);
                return 1;
            }
        });
        return command.Parse(args).InvokeAsync(new InvocationConfiguration { Output = output, Error = errors });
    }

    private static Option<int> Number(string name, string what, int value) =>
        new(name) { Description = $"{what}.", HelpName = "N", DefaultValueFactory = _ => value };

    private static async Task<int> CompareAsync(string[] args, BenchmarkSettings settings, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var found = Part.All.ToDictionary(part => part, _ => new List<Measurement>());
        var load = File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]) : "unknown";
        for (var round = 0; round < settings.Rounds; round++)
        {
            foreach (var part in Part.All)
            {
                var measurement = await MeasureAsync(part, args, cancellation);
                found[part].Add(measurement);
                await errors.WriteLineAsync(FormattableString.Invariant(
                    $"round {round + 1}, {part.Title}: {measurement.TargetsPerSecond:N0} targets/s over {measurement.Steps} steps, loss {measurement.FirstLoss:F2} to {measurement.LastLoss:F2}"));
            }
        }
        await output.WriteAsync(BenchmarkTable.Of(found, settings, load));
        return 0;
    }

    private static async Task<Measurement> MeasureAsync(Part part, string[] args, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var arg in (string[])[typeof(Part).Assembly.Location, .. args, "--part", part.Name])
            start.ArgumentList.Add(arg);
        foreach (var (name, value) in Part.AllocatorVariables)
        {
            start.Environment.Remove(name);
            if (part.Plain && part.KeepsMemory)
                start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        try
        {
            var failure = process.StandardError.ReadToEndAsync(cancellation);
            var line = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode == 0)
                return JsonSerializer.Deserialize(line, MeasurementJson.Default.Measurement)!;
            var why = await failure;
            throw new TrainingException(FormattableString.Invariant($"{part.Title} ended with code {process.ExitCode}: {why}"));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
