using System.Diagnostics;
using System.Runtime.InteropServices;
using Recsys.Training;

namespace Recsys.TrainingTests.Commands;

/// <summary>The program as the server starts it.</summary>
public sealed partial class TrainProcessTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(2)]
    [InlineData(15)]
    public Task A_signal_ends_it_and_leaves_nothing(int signal) => EndsAsync(process => _ = Kill(process.Id, signal), "cancelled by");

    [Fact]
    public Task The_end_of_its_input_ends_it_and_leaves_nothing() => EndsAsync(process => process.StandardInput.Close(), "standard input was closed");

    [Fact]
    public async Task A_signal_ends_a_network_and_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        var lines = Enumerable.Range(0, 3000).Select(_ => FormattableString.Invariant($"{random.NextDouble()},{random.Next(2)}"));
        await File.WriteAllLinesAsync(folder.Child("data.csv"), lines.Prepend("x,class"));
        await File.WriteAllTextAsync(
            folder.Child("spec.json"), """{"columns": [{"name": "x"}], "target": "class", "network": {"kind": "Dense", "epochs": 1000, "patience": 1000, "hidden": [512, 512]}}""");

        await EndsAsync(
            ["network", "-e", folder.Child("data.csv"), "-s", folder.Child("spec.json"), "-o", folder.Child("models/one"), "--threads", "1", "--progress", "json"],
            process => _ = Kill(process.Id, 15), "cancelled by");

        Assert.Equal([folder.Child("data.csv"), folder.Child("spec.json")], Directory.GetFileSystemEntries(folder.Path).Order());
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_tuning_that_is_killed_again_and_again_gives_what_one_does_that_never_was()
    {
        using var folder = new TemporaryFolder();
        await SampleLogs.WriteAsync(folder.Child("set"), SampleLogs.Chains(users: 60, items: 30, length: 20, seed: 1));
        await File.WriteAllTextAsync(folder.Child("space.json"), Tuning.TuningRun.Space);
        await TuneAsync(folder, "whole", killAt: null);
        var kills = 0;
        // Ever later, so that each one gets further than the one before.
        while (!await TuneAsync(folder, "cut", killAt: 4 + (4 * kills)))
            Assert.True(++kills < 30, "it doesn't get on");

        Assert.InRange(kills, 2, 29);
        Assert.Equal(Report("whole"), Report("cut"));

        string Report(string state) => Tuning.TuningRun.WithoutTimes(File.ReadAllText(Path.Combine(folder.Child(state), "report.json")));
    }

    /// <summary>Tunes; kills it with no warning (SIGKILL) as it prints a line. Whether it came to its end.</summary>
    private static async Task<bool> TuneAsync(TemporaryFolder folder, string state, int? killAt)
    {
        using var deadline = new CancellationTokenSource(4 * Deadline);
        using var process = Start(
            "tune", "-t", folder.Child("set"), "--state", folder.Child(state), "--space", folder.Child("space.json"), "--trials", "4", "--epochs", "6", "--threads", "1",
            "--progress", "json", "--nice", "0");
        try
        {
            for (var line = 1; await process.StandardOutput.ReadLineAsync(deadline.Token) is not null; line++)
                if (line == killAt)
                    process.Kill();
            await process.WaitForExitAsync(deadline.Token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }

        Assert.True(process.ExitCode == 0 || killAt is not null, await process.StandardError.ReadToEndAsync(deadline.Token));
        return process.ExitCode == 0;
    }

    private static async Task EndsAsync(Action<Process> end, string reason)
    {
        using var folder = new TemporaryFolder();
        await SampleLogs.WriteAsync(folder.Child("set"), SampleLogs.Chains(users: 200, items: 50, length: 40, seed: 1));
        await EndsAsync(["session", "-t", folder.Child("set"), "-o", folder.Child("models/one"), "--epochs", "200", "--threads", "1", "--progress", "json", "--no-checkpoint"], end, reason);
        Assert.Equal([folder.Child("set")], Directory.GetFileSystemEntries(folder.Path));
    }

    private static async Task EndsAsync(string[] args, Action<Process> end, string reason)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var process = Start(args);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line && !line.Contains("\"loss\""))
            {
                // Until it is in the middle of its work.
            }
            // More where this test itself runs niced.
            Assert.InRange(NiceOf(process), 10, 19);
            end(process);
            await process.WaitForExitAsync(deadline.Token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }

        Assert.Contains(reason, await process.StandardError.ReadToEndAsync(deadline.Token));
        Assert.Equal(ExitCodes.Cancelled, process.ExitCode);
    }

    private static Process Start(params string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "recsys-train.dll"));
        foreach (var arg in args)
            start.ArgumentList.Add(arg);
        return Process.Start(start)!;
    }

    /// <summary>The 19th field of /proc/PID/stat; the second, a name in brackets, may contain spaces.</summary>
    private static int NiceOf(Process process)
    {
        var stat = File.ReadAllText($"/proc/{process.Id}/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], System.Globalization.CultureInfo.InvariantCulture);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
