using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Recsys.Server.Bench;

/// <summary>This program as a child process that serves.</summary>
internal sealed partial class ServerChild : IAsyncDisposable
{
    private const int Terminate = 15;
    private const int KeptLines = 40;
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Queue<string> _dropOldestLines = new();

    private ServerChild(Process process, string counterFile)
    {
        _process = process;
        CounterFile = counterFile;
    }

    /// <summary>Its process.</summary>
    public int Id => _process.Id;

    /// <summary>Its gRPC address.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Where it writes its counters.</summary>
    public string CounterFile { get; }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="words">The command, which must know --ready-file.</param>
    /// <param name="folder">A folder for its files.</param>
    /// <param name="name">Distinguishes it in that folder.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">It ended: the message is what it said.</exception>
    public static async Task<ServerChild> StartAsync(IReadOnlyList<string> words, string folder, string name, CancellationToken cancellationToken)
    {
        var ready = Path.Combine(folder, $"{name}.ready");
        var counters = Path.Combine(folder, $"{name}.counters");
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program isn't known.");
        string[] command = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Assembly.GetExecutingAssembly().Location, .. words] : [.. words];
        var start = new ProcessStartInfo(program, [.. command, "--ready-file", ready]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[Bench.CounterFile.Variable] = counters;
        var child = new ServerChild(Process.Start(start) ?? throw new IOException($"{program} didn't start."), counters);
        try
        {
            child.Listen();
            await child.WaitUntilReadyAsync(ready, cancellationToken);
            return child;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it, by force if need be.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            if (OperatingSystem.IsWindows() || Kill(_process.Id, Terminate) != 0) _process.Kill(entireProcessTree: true);
            using var deadline = new CancellationTokenSource(StopTime);
            await _process.WaitForExitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private void Listen()
    {
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        lock (_dropOldestLines)
        {
            _dropOldestLines.Enqueue(line);
            if (_dropOldestLines.Count > KeptLines) _dropOldestLines.Dequeue();
        }
    }

    private async Task WaitUntilReadyAsync(string ready, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (!File.Exists(ready))
        {
            if (_process.HasExited || clock.Elapsed > StartTime)
            {
                // Its last words may still be on their way.
                await Task.Delay(100, cancellationToken);
                lock (_dropOldestLines) throw new IOException($"The server to be measured didn't start: {string.Join(Environment.NewLine, _dropOldestLines)}");
            }

            await Task.Delay(20, cancellationToken);
        }

        using var addresses = JsonDocument.Parse(await File.ReadAllTextAsync(ready, cancellationToken));
        Address = addresses.RootElement.GetProperty("grpc").GetString() ?? throw new IOException("The server to be measured has no gRPC port.");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
