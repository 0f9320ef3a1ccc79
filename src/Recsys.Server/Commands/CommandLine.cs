using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Recsys.Server.Commands.Drift;
using Recsys.Server.Commands.Experiments;

namespace Recsys.Server.Commands;

/// <summary>The `recsys` command with all its parts.</summary>
internal static class CommandLine
{
    // On SIGTERM and Ctrl+C commands end by their cancellation token: they get the time that a server needs to settle what it accepted.
    private static readonly InvocationConfiguration Invocation = new() { ProcessTerminationTimeout = TimeSpan.FromMinutes(11) };

    // A user may be called @ana: words that start with @ are no files to read more words from.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs it and returns the exit code. Words that can't be understood are answered on standard error, shortly: standard output may be read by a program.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        Screen.Guard();
        var words = Build().Parse(arguments.Length == 0 ? ["--help"] : arguments, Parsing);
        var errors = words.UnmatchedTokens.Count > 0
            ? [$"There is no '{words.UnmatchedTokens[0]}' here."]
            : words.Errors.Select(error => Plain(error.Message)).Concat(MisspeltOptions(words)).ToArray();
        if (errors.Length == 0)
        {
            return await words.InvokeAsync(Invocation);
        }

        foreach (var error in errors)
        {
            ClientCommand.Refuse(error);
        }

        await Console.Error.WriteLineAsync($"See {PathOf(words.CommandResult)} --help.");
        return ClientCommand.Refused;
    }

    /// <summary>The command with its parts.</summary>
    public static RootCommand Build()
    {
        var root = new RootCommand("Recsys: watch events in, ranked lists out.")
        {
            new ServeCommand(),
            new DemoCommand().Build(),
            new DriftCommand().Build(),
            new ImportCommand().Build(),
            new ExportCommand().Build(),
            new ReplayCommand().Build(),
            new TrainCommand().Build(),
            new EvaluateCommand().Build(),
            new TuneCommand().Build(),
            new ExperimentsCommand().Build(),
            new RecommendCommand().Build(),
            new ShelvesCommand().Build(),
            new ModelsCommand().Build(),
            new PlacementsCommand().Build(),
            new PreferencesCommand().Build(),
            new KeysCommand().Build(),
            new BenchCommand().Build(),
            new BenchEchoCommand().Build(),
            new MigrateCommand().Build(),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : result.Command.Name;

    /// <summary>Arguments that take any number of words would take a misspelt option too; after `--` every word is meant as it stands.</summary>
    private static IEnumerable<string> MisspeltOptions(ParseResult words) => words.Errors.Count > 0 || words.Tokens.Any(token => token.Type == TokenType.DoubleDash)
        ? []
        : words.Tokens.Where(token => token.Type == TokenType.Argument && token.Value.StartsWith("--", StringComparison.Ordinal))
            .Select(token => $"There is no '{token.Value}' here.");

    /// <summary>The library's messages name types of .NET.</summary>
    private static string Plain(string message) => message
        .Replace("Required command was not provided.", "A command is missing.", StringComparison.Ordinal)
        .Replace("as expected type 'System.Double'", "as a number", StringComparison.Ordinal)
        .Replace("as expected type 'System.Int32'", "as a whole number", StringComparison.Ordinal)
        .Replace("as expected type 'System.Int64'", "as a whole number", StringComparison.Ordinal)
        .Replace("as expected type 'System.UInt64'", "as a whole number of 0 or more", StringComparison.Ordinal);
}
