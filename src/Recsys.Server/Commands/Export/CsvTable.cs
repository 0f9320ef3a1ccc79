using System.Buffers;
using System.Text;
using Recsys.Storage.Archive;

namespace Recsys.Server.Commands.Export;

/// <summary>A CSV file (RFC 4180) with a header, in UTF-8 with line feeds at the lines' ends.</summary>
internal sealed class CsvTable : IExportTable
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create("\",\r\n");

    private readonly FileStream _stream;
    private readonly StreamWriter _writer;
    private readonly IReadOnlyList<TableColumn> _columns;
    private readonly StringBuilder _line = new();

    public CsvTable(FileStream stream, IReadOnlyList<TableColumn> columns)
    {
        _stream = stream;
        _columns = columns;
        _writer = new(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
        _writer.Write(string.Join(',', columns.Select(column => column.Name)) + "\n");
    }

    public async ValueTask AddAsync(ReadOnlyMemory<TableCell> row, CancellationToken cancellationToken)
    {
        _line.Clear();
        for (var i = 0; i < row.Length; i++)
        {
            if (i > 0) _line.Append(',');
            if (row.Span[i].HasValue) Append(CellText.Of(_columns[i].Type, row.Span[i]));
        }

        await _writer.WriteAsync(_line.Append('\n'), cancellationToken);
    }

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await _writer.FlushAsync(cancellationToken);
        _stream.Flush(flushToDisk: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _stream.DisposeAsync();
    }

    private void Append(string text)
    {
        // Spaces at the ends are quoted for other programs' readers, which cut them off.
        if (!text.AsSpan().ContainsAny(Quoted) && !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1])) _line.Append(text);
        else _line.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
