using System.Diagnostics;
using Recsys.Server.Commands;
using Recsys.Server.Validation;

namespace Recsys.Server.Bench;

/// <summary>Tells on standard error how it goes: in one line that's written over on a terminal, else in a line every ten seconds.</summary>
internal sealed class ProgressLine : IProgress<string>
{
    private static readonly TimeSpan PipeInterval = TimeSpan.FromSeconds(10);
    private readonly bool _isTerminal = !Console.IsErrorRedirected;
    private long _lastTime;
    private int _width;

    /// <summary>What happens just now.</summary>
    public void Report(string value)
    {
        if (_isTerminal)
        {
            Screen.RawError.Write($"\r{Printable.Of(value).PadRight(_width)}");
            _width = value.Length;
            return;
        }

        var now = Stopwatch.GetTimestamp();
        if (_lastTime != 0 && Stopwatch.GetElapsedTime(_lastTime, now) < PipeInterval) return;
        _lastTime = now;
        Console.Error.WriteLine(value);
    }

    /// <summary>What is worth a line of its own.</summary>
    public void Say(string line)
    {
        Clear();
        Console.Error.WriteLine(line);
    }

    /// <summary>Takes the line away.</summary>
    public void Clear()
    {
        if (!_isTerminal || _width == 0) return;
        Screen.RawError.Write($"\r{new string(' ', _width)}\r");
        _width = 0;
    }
}
