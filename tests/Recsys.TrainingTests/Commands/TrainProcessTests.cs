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

    private static async Task EndsAsync(Action<Process> end, string reason)
    {
        using var folder = new TemporaryFolder();
        await SampleLogs.WriteAsync(folder.Child("set"), SampleLogs.Chains(users: 200, items: 50, length: 40, seed: 1));
        using var deadline = new CancellationTokenSource(Deadline);
        using var process = Start("session", "-t", folder.Child("set"), "-o", folder.Child("models/one"), "--epochs", "200", "--threads", "1", "--progress", "json", "--no-checkpoint");
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
        Assert.Equal([folder.Child("set")], Directory.GetFileSystemEntries(folder.Path));
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
