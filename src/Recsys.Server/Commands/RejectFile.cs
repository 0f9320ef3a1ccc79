using Recsys.Datasets;

namespace Recsys.Server.Commands;

/// <summary>Where an import writes what it left out: file, line, reason and text, separated by tabs. Made with the first reject.</summary>
internal sealed class RejectFile(string path) : IDisposable
{
    private readonly Lock _lock = new();
    private StreamWriter? _writer;

    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <summary>Rejects so far.</summary>
    public long Count { get; private set; }

    /// <summary>Writes a line of a data set that can't be read.</summary>
    public void Add(RejectedLine line) => Add(line.File, line.LineNumber, line.Reason, line.Text);

    /// <summary>Writes one reject; line 0: no line is known.</summary>
    public void Add(string file, long lineNumber, string reason, string text)
    {
        lock (_lock)
        {
            Count++;
            _writer ??= Open();

            _writer.WriteLine($"{Clean(file)}\t{lineNumber}\t{Clean(reason)}\t{Clean(text)}");
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _writer?.Dispose();

    private StreamWriter Open()
    {
        try
        {
            var writer = new StreamWriter(path);
            writer.WriteLine("file\tline\treason\ttext");
            return writer;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The reject file {path} can't be written ({e.Message.TrimEnd('.')}). Name another by --reject-file.", e);
        }
    }

    private static string Clean(string text) => text.Replace('\t', ' ').Replace('\r', ' ').Replace('\n', ' ');
}
