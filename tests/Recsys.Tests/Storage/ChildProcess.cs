using System.Diagnostics;
using System.Threading.Channels;

namespace Recsys.Tests.Storage;

/// <summary>This assembly as a process of its own, see Program.cs.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <param name="prefix">A program to run it under, with its arguments; may be empty.</param>
    /// <param name="arguments">The program's words.</param>
    public static ChildProcess Start(string[] prefix, params string[] arguments)
    {
        string[] command = [.. prefix, Environment.ProcessPath ?? "dotnet", "exec", typeof(ChildProcess).Assembly.Location, .. arguments];
        // The test host may be another program than dotnet.
        if (Path.GetFileNameWithoutExtension(command[prefix.Length]) != "dotnet")
            command[prefix.Length] = "dotnet";
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true };
        var child = new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} doesn't start."));
        _ = child.ReadLinesAsync();
        return child;
    }

    /// <summary>The next line of its output; null: it has ended.</summary>
    public async Task<string?> ReadLineAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        return await _lines.Reader.WaitToReadAsync(deadline.Token) && _lines.Reader.TryRead(out string? line) ? line : null;
    }

    /// <summary>kill -9.</summary>
    public void Kill() => _process.Kill();

    public async Task<int> WaitForExitAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await WaitForExitAsync();
        _process.Dispose();
    }

    private async Task ReadLinesAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            _lines.Writer.TryWrite(line);
        _lines.Writer.Complete();
    }
}
