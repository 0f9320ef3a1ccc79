using System.CommandLine;
using Recsys.Training.Progress;
using Recsys.Training.Runtime;

namespace Recsys.Training.Commands;

/// <summary>The options of every command of <c>recsys-train</c> that say how its process behaves, and how such a command begins and ends.</summary>
internal sealed class ProcessOptions
{
    private const int DefaultNice = 10;

    public Option<ProgressFormat> Progress { get; } = new("--progress")
    {
        Description = "text: for people. json: one JSON object a line on standard output.",
        HelpName = "text|json",
        DefaultValueFactory = _ => ProgressFormat.Text,
    };

    public Option<PrecisionChoice> Precision { get; } = new("--precision")
    {
        Description = "Of matrix products. auto: bfloat16 where the processor has instructions for it.",
        HelpName = "auto|float32|bfloat16",
        DefaultValueFactory = _ => PrecisionChoice.Auto,
    };

    public Option<int?> Nice { get; } = RangedOption.Number("--nice", $"Nice level to run at, if the present one is lower; default: {DefaultNice}", 0, ProcessPriority.MaxNice);

    public Option<bool> IgnoreStdin { get; } = new("--ignore-stdin")
    {
        Description = "Go on when a piped standard input ends. Otherwise its end means that whoever started this is gone, and the work ends too.",
    };

    /// <summary>In the order of the help text.</summary>
    public IEnumerable<Option> All => [Progress, Precision, Nice, IgnoreStdin];

    /// <summary>Whether matrix products are to be in bfloat16.</summary>
    public bool BFloat16(ParseResult parsed) => parsed.GetValue(Precision) switch
    {
        PrecisionChoice.Float32 => false,
        PrecisionChoice.BFloat16 => true,
        _ => Runtime.Precision.BFloat16IsFast(),
    };

    /// <summary>Who is told how far it has come.</summary>
    public IProgress<TrainingProgress> ProgressTo(TextWriter output, ParseResult parsed) => parsed.GetValue(Progress) == ProgressFormat.Json
        ? new JsonProgress(output)
        : new TextProgress(output, terminal: ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected);

    /// <summary>Runs a command at its priority until it's done or is told to end.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="errors">Hears why it failed.</param>
    /// <param name="work">The command.</param>
    /// <param name="cancelled">What is left of it when it was told to end.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(ParseResult parsed, TextWriter errors, Func<CancellationToken, Task> work, Func<string> cancelled)
    {
        // First of all, so that every thread to come inherits it.
        ProcessPriority.SetNice(parsed.GetValue(Nice) ?? DefaultNice);
        using var cancellation = new Cancellation(watchInput: !parsed.GetValue(IgnoreStdin));
        try
        {
            await work(cancellation.Token);
            return ExitCodes.Success;
        }
        catch (OperationCanceledException) when (cancellation.Token.IsCancellationRequested)
        {
            errors.WriteLine($"recsys-train: {cancellation.Reason}; {cancelled()}");
            return ExitCodes.Cancelled;
        }
        catch (TrainingException e)
        {
            errors.WriteLine($"recsys-train: {e.Message}");
            return e.ExitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"recsys-train: {e.Message}");
            return ExitCodes.Failed;
        }
    }
}
