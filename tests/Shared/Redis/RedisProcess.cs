using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Recsys.Tests.Redis;

/// <summary>A real redis-server on a free port, with a folder of its own, to be stopped, killed, paused and started again.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("recsys-redis-").FullName;
    private readonly string[] _settings;
    private Process? _process;

    private RedisProcess(int port, string[] settings)
    {
        Port = port;
        _settings = settings;
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    public int Id => _process!.Id;

    public string Folder => _folder;

    /// <summary>Starts a server that syncs each write to its append-only file.</summary>
    /// <param name="settings">Settings of redis.conf beside that or in its place: name, value, name, value.</param>
    public static async Task<RedisProcess> StartAsync(params string[] settings)
    {
        var redis = new RedisProcess(FreePort(), settings);
        await redis.StartAgainAsync();
        return redis;
    }

    /// <summary>Starts a server whose files can't grow beyond a number of megabytes, until it's started again.</summary>
    public static async Task<RedisProcess> StartLimitedAsync(int megabytes)
    {
        var redis = new RedisProcess(FreePort(), []);
        // Without the trap the signal that comes with the limit would end it, which a full disk doesn't.
        await redis.StartAsync("bash", ["-c", $"trap '' XFSZ; ulimit -f {megabytes * 1024}; exec redis-server \"$@\"", "redis-server"]);
        return redis;
    }

    /// <summary>Starts it again after it ended, on the same folder and port.</summary>
    public Task StartAgainAsync() => StartAsync("redis-server", []);

    private async Task StartAsync(string program, string[] prefix)
    {
        List<string> arguments =
        [
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--appendonly", "yes",
            "--appendfsync", "always", "--logfile", Path.Combine(_folder, "redis.log"),
        ];
        for (int i = 0; i < _settings.Length; i += 2)
            arguments.AddRange(["--" + _settings[i], _settings[i + 1]]);
        _process = Process.Start(new ProcessStartInfo(program, [.. prefix, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException("redis-server doesn't start.");
        var watch = Stopwatch.StartNew();
        while (!await IsUpAsync())
        {
            if (_process.HasExited || watch.Elapsed > Deadline)
                throw new InvalidOperationException($"redis-server on port {Port} isn't up:\n{await File.ReadAllTextAsync(Path.Combine(_folder, "redis.log"))}");
            await Task.Delay(20);
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits until it ends by itself.</summary>
    public Task WaitForExitAsync() => _process!.WaitForExitAsync(new CancellationTokenSource(Deadline).Token);

    /// <summary>What it logged.</summary>
    public Task<string> LogAsync() => File.ReadAllTextAsync(Path.Combine(_folder, "redis.log"));

    /// <summary>SIGSTOP: it's there and doesn't answer.</summary>
    public Task PauseAsync() => SignalAsync("-STOP");

    /// <summary>SIGCONT.</summary>
    public Task ResumeAsync() => SignalAsync("-CONT");

    /// <summary>A command by redis-cli, and what it printed.</summary>
    public Task<string> CliAsync(params string[] command) => RunCliAsync(["-p", Port.ToString(CultureInfo.InvariantCulture), .. command]);

    /// <summary>redis-cli with all its arguments.</summary>
    public static async Task<string> RunCliAsync(IEnumerable<string> arguments)
    {
        using var cli = Process.Start(new ProcessStartInfo("redis-cli", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = cli.StandardError.ReadToEndAsync();
        string output = await cli.StandardOutput.ReadToEndAsync();
        await cli.WaitForExitAsync();
        return cli.ExitCode == 0 ? output : throw new InvalidOperationException($"redis-cli {string.Join(' ', arguments)} ended with {cli.ExitCode}: {output}{await errors}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await ResumeAsync();
            await KillAsync();
        }

        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // A Cluster's nodes also use the port 10,000 above.
    private static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(20_000, 32_000);
            if (IsFree(port) && IsFree(port + 10_000))
                return port;
        }
    }

    private static bool IsFree(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        finally
        {
            listener.Stop();
        }
    }

    // Not only listening: its file is loaded.
    private async Task<bool> IsUpAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            await client.GetStream().WriteAsync("PING\r\n"u8.ToArray());
            byte[] answer = new byte[64];
            int length = await client.GetStream().ReadAsync(answer);
            return Encoding.ASCII.GetString(answer, 0, length).StartsWith("+PONG", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
