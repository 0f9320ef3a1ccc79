using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>
/// The only way to standard output and error: what is printed by <see cref="Console"/> is escaped from <see cref="Guard"/> on, and what goes to a console of Spectre is escaped there, because its
/// own codes for colours and moves must reach the terminal.
/// </summary>
internal static class Screen
{
    private static TextWriter? _output;
    private static TextWriter? _error;

    /// <summary>Standard error as it is, for a line that's written over; say in it only what is <see cref="Validation.Printable"/>.</summary>
    public static TextWriter RawError => _error ?? Console.Error;

    /// <summary>Escapes what is printed from now on.</summary>
    public static void Guard()
    {
        (_output, _error) = (Console.Out, Console.Error);
        Console.SetOut(new PrintableWriter(_output));
        Console.SetError(new PrintableWriter(_error));
    }

    /// <summary>A console on standard output.</summary>
    public static IAnsiConsole Output() => Open(_output ?? Console.Out, static () => Console.IsOutputRedirected);

    /// <summary>A console on standard error.</summary>
    public static IAnsiConsole Error() => Open(RawError, static () => Console.IsErrorRedirected);

    private static IAnsiConsole Open(TextWriter writer, Func<bool> isRedirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new ScreenOutput(writer, isRedirected) });
        console.Pipeline.Attach(new PrintableHook());
        return console;
    }
}
