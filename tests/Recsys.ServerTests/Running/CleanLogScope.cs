using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Recsys.ServerTests.Running;

/// <summary>Takes what a server logs. An error that no test expects fails the test that the server belongs to.</summary>
internal sealed class CleanLogScope : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentBag<string> _expected = [];

    /// <summary>Everything that was logged, level first.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Errors that contain this text are part of the test.</summary>
    public void Expect(string text) => _expected.Add(text);

    public void AssertClean()
    {
        var unexpected = _errors.Where(error => !_expected.Any(text => error.Contains(text, StringComparison.Ordinal))).ToArray();
        Assert.True(unexpected.Length == 0, "Unexpected errors in the server's log:\n" + string.Join("\n\n", unexpected));
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(CleanLogScope scope, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = $"{logLevel} {category}: {formatter(state, exception)}{(exception is null ? "" : $"\n{exception}")}";
            scope._lines.Enqueue(line);
            if (logLevel >= LogLevel.Error) scope._errors.Enqueue(line);
        }
    }
}
