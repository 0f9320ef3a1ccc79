using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Recsys.Serving.Models;

/// <summary>Runs <c>recsys-train</c> as a child: libtorch never comes into this process. The child lowers its own priority, and ends by
/// itself when its standard input does, so that it never outlives this process.</summary>
internal sealed partial class TrainerProcess(string configuredPath, ILogger logger)
{
    private const string ProgramName = "recsys-train";
    private const string Prefix = ProgramName + ":";
    private const int SigTerm = 15;
    private const int FirstSignalCode = 128;
    private const int MaxErrorLines = 20;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Finds out whether a training set and settings will do, in a second or two, and trains nothing.</summary>
    /// <param name="trainingSet">The training set's folder.</param>
    /// <param name="output">The artefact's folder, which must not exist.</param>
    /// <param name="settingsFile">A JSON file with the trainer's settings; null: its own.</param>
    /// <param name="cancellationToken">Ends the child.</param>
    /// <exception cref="EngineException">FailedPrecondition: TRAINER_MISSING, or TRAINING_FAILED with the child's own message.</exception>
    public Task CheckAsync(string trainingSet, string output, string? settingsFile, CancellationToken cancellationToken) => RunAsync(
        [.. SessionWords(trainingSet, output, settingsFile), "--check"], new Progress<TrainingProgress>(), cancellationToken, Path.GetDirectoryName(output));

    /// <summary>Trains a Session model on a training set and writes its artefact. Cancelling asks the child to end, and kills it after five seconds.</summary>
    /// <param name="trainingSet">The training set's folder.</param>
    /// <param name="output">The artefact's folder, which must not exist.</param>
    /// <param name="epochs">0: chosen by the trainer.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="settingsFile">A JSON file with the trainer's settings; null: its own.</param>
    /// <param name="progress">Receives the child's reports.</param>
    /// <param name="cancellationToken">Ends the child.</param>
    /// <param name="more">Further words; null: none.</param>
    /// <exception cref="EngineException">FailedPrecondition: TRAINER_MISSING, or TRAINING_FAILED with the child's own message.</exception>
    public Task RunAsync(
        string trainingSet, string output, int epochs, long seed, string? settingsFile, IProgress<TrainingProgress> progress,
        CancellationToken cancellationToken, IReadOnlyList<string>? more = null)
    {
        string[] wanted = ["--no-checkpoint", "--seed", Text(seed), .. epochs > 0 ? ["--epochs", Text(epochs)] : (string[])[], .. more ?? []];
        return RunAsync(SessionWords(trainingSet, output, settingsFile, wanted), progress, cancellationToken, Path.GetDirectoryName(output));

        static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Runs the trainer with these words, which ask for progress as JSON. Cancelling asks the child to end, and kills it after five seconds.</summary>
    /// <param name="arguments">Its words.</param>
    /// <param name="progress">Receives the child's reports.</param>
    /// <param name="cancellationToken">Ends the child.</param>
    /// <param name="workFolder">A folder of temporary files, which messages leave out: nobody else knows it.</param>
    /// <exception cref="EngineException">FailedPrecondition: TRAINER_MISSING, or TRAINING_FAILED with the child's own message.</exception>
    public async Task RunAsync(IReadOnlyList<string> arguments, IProgress<TrainingProgress> progress, CancellationToken cancellationToken, string? workFolder = null)
    {
        using var process = Start(arguments);
        try
        {
            var errors = ReadErrorsAsync(process.StandardError, cancellationToken);
            while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            {
                if (ProgressLine.Parse(line) is { } report) progress.Report(report);
            }

            await process.WaitForExitAsync(cancellationToken);
            var message = await errors;
            if (workFolder is not null) message = message.Replace(workFolder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
            if (process.ExitCode == 0) return;
            throw new EngineException(
                EngineErrorKind.FailedPrecondition,
                "TRAINING_FAILED",
                message.Length > 0 && process.ExitCode < FirstSignalCode
                    ? message
                    : $"{ProgramName} {HowItEnded(process.ExitCode)}. {message}".TrimEnd());
        }
        finally
        {
            await StopAsync(process);
        }
    }

    /// <summary>
    /// Where a build of the repository puts it: src/Recsys.Server/bin/CONFIGURATION/FRAMEWORK/ and src/Recsys.Training/bin/CONFIGURATION/FRAMEWORK/ alike.
    /// </summary>
    private static string BuiltFromSource()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        var project = framework.Parent?.Parent?.Parent;
        return project?.Parent is { } source
            ? Path.Combine(source.FullName, "Recsys.Training", "bin", framework.Parent!.Name, framework.Name, ProgramName)
            : ProgramName;
    }

    /// <summary>The trainer's program: the configured one, else the one beside this program.</summary>
    /// <exception cref="EngineException">FailedPrecondition: TRAINER_MISSING.</exception>
    public string Locate()
    {
        string[] candidates = configuredPath.Length > 0
            ? [configuredPath]
            : [Path.Combine(AppContext.BaseDirectory, ProgramName), Path.Combine(AppContext.BaseDirectory, "trainer", ProgramName), BuiltFromSource()];
        foreach (var candidate in candidates)
        {
            if (File.Exists(candidate)) return Path.GetFullPath(candidate);
        }

        throw new EngineException(
            EngineErrorKind.FailedPrecondition,
            "TRAINER_MISSING",
            $"The trainer is not at {string.Join(" or ", candidates)}. Build it with 'dotnet build src/Recsys.Training -c Release', " +
            "or say where it is (TrainerPath).");
    }

    private static string[] SessionWords(string trainingSet, string output, string? settingsFile, params string[] wanted) =>
    [
        "session", "--training-set", trainingSet, "--output", output, "--progress", "json", .. wanted, .. settingsFile is null ? (string[])[] : ["--settings", settingsFile],
    ];

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int processId, int signal);

    private static async Task<string> ReadErrorsAsync(StreamReader errors, CancellationToken cancellationToken)
    {
        // The end of what it says is the reason; a chatty child must not fill the memory.
        var last = new Queue<string>();
        while (await errors.ReadLineAsync(cancellationToken) is { } line)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            last.Enqueue(line.StartsWith(Prefix, StringComparison.Ordinal) ? line[Prefix.Length..].Trim() : line.Trim());
            if (last.Count > MaxErrorLines) last.Dequeue();
        }

        return string.Join('\n', last);
    }

    private static string HowItEnded(int exitCode) => exitCode > FirstSignalCode
        ? $"was ended by signal {exitCode - FirstSignalCode}"
        : $"ended with exit code {exitCode}";

    private static async Task StopAsync(Process process)
    {
        if (process.HasExited) return;
        if (!OperatingSystem.IsWindows() && SendSignal(process.Id, SigTerm) == 0)
        {
            using var grace = new CancellationTokenSource(Grace);
            try
            {
                await process.WaitForExitAsync(grace.Token);
                return;
            }
            catch (OperationCanceledException)
            {
                // It had its time.
            }
        }

        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
    }

    private Process Start(IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Locate(), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        try
        {
            var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} didn't start.");
            logger.TrainerStarted(process.Id, start.FileName);
            return process;
        }
        catch (Win32Exception e)
        {
            throw new EngineException(
                EngineErrorKind.FailedPrecondition, "TRAINER_MISSING", $"The trainer {start.FileName} can't be started: {e.Message}", innerException: e);
        }
    }
}
