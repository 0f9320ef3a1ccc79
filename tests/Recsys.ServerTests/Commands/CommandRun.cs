using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Recsys.ServerTests.Running;

namespace Recsys.ServerTests.Commands;

/// <summary>The built `recsys` run in a folder to its end, as a user would.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output as JSON: exactly one object a line.</summary>
    public IReadOnlyList<JsonElement> Json => [.. Output.TrimEnd('\n').Split('\n').Select(line =>
    {
        var value = JsonDocument.Parse(line).RootElement;
        Assert.Equal(JsonValueKind.Object, value.ValueKind);
        return value;
    })];

    /// <summary>Runs it; nothing of the caller's environment is taken over but the trainer that was built with it.</summary>
    public static Task<CommandRun> RunAsync(string folder, params string[] arguments) => RunAsync(folder, arguments, _ => Task.CompletedTask);

    /// <summary>Runs it and does something meanwhile.</summary>
    public static async Task<CommandRun> RunAsync(string folder, IReadOnlyList<string> arguments, Func<Process, Task> meanwhile, params (string Name, string Value)[] environment)
    {
        var start = ServerProcess.StartInfo(arguments);
        start.WorkingDirectory = folder;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await meanwhile(process);
            await process.WaitForExitAsync(Eventually.Soon(120));
            return new CommandRun(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Ctrl-C.</summary>
    public static async Task InterruptAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Eventually.Soon());
    }

    /// <summary>It went well and had nothing to complain of.</summary>
    public CommandRun Succeeds()
    {
        Assert.True(ExitCode == 0 && Error.Length == 0, $"exit code {ExitCode}\n{Output}\n{Error}");
        return this;
    }

    /// <summary>It was refused: a reason in words, and nothing on standard output.</summary>
    public void IsRefused(string reason)
    {
        Refuses(reason);
        Assert.Empty(Output);
    }

    /// <summary>It was refused, perhaps after some progress: a reason in words.</summary>
    public void Refuses(string reason)
    {
        Assert.True(ExitCode == 2, $"exit code {ExitCode}\n{Output}\n{Error}");
        Assert.StartsWith("recsys: ", Error, StringComparison.Ordinal);
        Assert.Contains(reason, Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
    }
}
