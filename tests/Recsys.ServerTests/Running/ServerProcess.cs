using System.Diagnostics;
using System.Text;
using Grpc.Net.Client;

namespace Recsys.ServerTests.Running;

/// <summary>The built `recsys serve` as a process of its own, to be measured, traced and killed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ServerProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public GrpcChannel Channel { get; private set; } = null!;

    public Clients Clients { get; private set; } = null!;

    public Uri Rest { get; private set; } = null!;

    /// <summary>What it printed, both streams.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Starts a server on a store's file and waits until it listens.</summary>
    /// <param name="db">The store's file.</param>
    /// <param name="arguments">More arguments of `recsys serve`.</param>
    /// <param name="under">A program to run it under, with its arguments, such as strace.</param>
    public static async Task<ServerProcess> StartAsync(string db, IEnumerable<string>? arguments = null, IReadOnlyList<string>? under = null)
    {
        var server = Launch(["serve", "--db", db, "--grpc-port", "0", "--rest-port", "0", .. arguments ?? []], under);
        try
        {
            await Eventually.HoldsAsync(() => server.Output.Contains("recsys listening on ", StringComparison.Ordinal) || server._process.HasExited, "the server listens");
            Assert.False(server._process.HasExited, server.Output);
            var line = server.Output.Split('\n').First(line => line.StartsWith("recsys listening on ", StringComparison.Ordinal));
            server.Channel = GrpcChannel.ForAddress(line.Split("grpc ")[1].Split(',')[0].Trim());
            server.Rest = new Uri(line.Split("rest ")[1].Split(',')[0].Trim());
            server.Clients = new Clients(server.Channel.CreateCallInvoker());
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs `recsys` with arguments that end by themselves; returns the exit code and what was printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        await using var process = Launch(arguments, under: null);
        return (await process.WaitForExitAsync(), process.Output);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await WaitForExitAsync();
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", ServedBy().ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Eventually.Soon());
        return await WaitForExitAsync();
    }

    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync(Eventually.Soon());
        return _process.ExitCode;
    }

    /// <summary>A figure of /proc/PID/status in KiB, such as VmRSS.</summary>
    public long StatusKilobytes(string name)
    {
        var line = File.ReadLines($"/proc/{Id}/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        Channel?.Dispose();
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    /// <summary>How to start the built `recsys`: nothing of the caller's settings is taken over but the trainer that was built with it.</summary>
    public static ProcessStartInfo StartInfo(IReadOnlyList<string> arguments, IReadOnlyList<string>? under = null)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "recsys.dll");
        string[] command = [.. under ?? [], Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet", program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var variable in start.Environment.Keys.Where(key => key.StartsWith("RECSYS_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(variable);
        start.Environment["RECSYS_TRAINER_PATH"] = Trainer.Path;
        return start;
    }

    private static ServerProcess Launch(IReadOnlyList<string> arguments, IReadOnlyList<string>? under)
    {
        var process = new Process { StartInfo = StartInfo(arguments, under) };
        var server = new ServerProcess(process);
        process.OutputDataReceived += (_, line) => server.Append(line.Data);
        process.ErrorDataReceived += (_, line) => server.Append(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    /// <summary>The server itself where another program runs it: that program's child.</summary>
    private int ServedBy()
    {
        var children = File.ReadAllText($"/proc/{Id}/task/{Id}/children").Trim();
        return Path.GetFileName(_process.StartInfo.FileName) == "strace" && children.Length > 0
            ? int.Parse(children.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)
            : Id;
    }

    private void Append(string? line)
    {
        if (line is null) return;
        lock (_output) _output.Append(line).Append('\n');
    }
}
