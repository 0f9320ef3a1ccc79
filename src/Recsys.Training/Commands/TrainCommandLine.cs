using System.CommandLine;

namespace Recsys.Training.Commands;

/// <summary>The command line of <c>recsys-train</c>.</summary>
internal static class TrainCommandLine
{
    private const string Description = """
        Trains a model from a training set and writes its artefact, finds out which settings suit the data, or trains a network on
        labelled examples.

        Examples:
          recsys-train session --training-set set --output model
          recsys-train session -t set -o model --epochs 30 --seed 7 --progress json
          recsys-train session -t set -o model --embedding-size 192 --hidden-size 192 --threads 8 --nice 0
          recsys-train tune -t set --state tuning --budget 90m --write-settings tuned.json
          recsys-train tune -t set --state tuning --space space.json --trials 27 --epochs 20 --report tuning.json
          recsys-train session -t set -o model --settings tuned.json
          recsys-train network --examples titles.csv --spec spec.json --output model --baselines

        Exit codes: 0 done, 1 failed, 2 wrong usage or data, 3 libtorch can't be loaded, 130 cancelled (SIGINT, SIGTERM, or a piped standard input ended).
        """;

    /// <summary>Parses and runs; returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] args, TimeProvider time, TextWriter output, TextWriter errors)
    {
        var root = new RootCommand(Description)
        {
            new SessionCommand(time, output, errors).Create(),
            new TuneCommand(time, output, errors).Create(),
            new NetworkCommand(time, output, errors).Create(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            errors.WriteLine($"recsys-train: {parsed.Errors[0].Message} (recsys-train --help says more)");
            return ExitCodes.BadInput;
        }
        // Signals are ours (see Runtime.Cancellation), and a defect's stack trace is worth more than its message alone.
        return await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = errors, ProcessTerminationTimeout = null });
    }
}
