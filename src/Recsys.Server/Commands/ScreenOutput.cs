using System.Text;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>Where a console of Spectre writes. Its own kind takes a writer for a terminal only where <see cref="Console"/> has the same one, which it doesn't once that is guarded.</summary>
internal sealed class ScreenOutput(TextWriter writer, Func<bool> isRedirected) : IAnsiConsoleOutput
{
    private readonly AnsiConsoleOutput _sized = new(writer);

    public TextWriter Writer => writer;

    public bool IsTerminal => !isRedirected();

    public int Width => _sized.Width;

    public int Height => _sized.Height;

    public void SetEncoding(Encoding encoding) => _sized.SetEncoding(encoding);
}
