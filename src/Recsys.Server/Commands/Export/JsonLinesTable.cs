using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Recsys.Storage.Archive;

namespace Recsys.Server.Commands.Export;

/// <summary>A file with one JSON object a line: every column is a property, missing values are null, JSON stands as it is.</summary>
internal sealed class JsonLinesTable(FileStream stream, IReadOnlyList<TableColumn> columns) : IExportTable
{
    private const int FlushAt = 1 << 16;

    // The lines are data, never parts of a web page.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _buffer = new();

    public async ValueTask AddAsync(ReadOnlyMemory<TableCell> row, CancellationToken cancellationToken)
    {
        Write(row.Span);
        _buffer.Write("\n"u8);
        if (_buffer.WrittenCount >= FlushAt) await FlushAsync(cancellationToken);
    }

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        stream.Flush(flushToDisk: true);
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private void Write(ReadOnlySpan<TableCell> row)
    {
        using var json = new Utf8JsonWriter(_buffer, Plain);
        json.WriteStartObject();
        for (var i = 0; i < row.Length; i++)
        {
            json.WritePropertyName(columns[i].Name);
            Write(json, columns[i].Type, row[i]);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ColumnType type, in TableCell cell)
    {
        if (!cell.HasValue)
        {
            json.WriteNullValue();
            return;
        }

        switch (type)
        {
            case ColumnType.Json:
                json.WriteRawValue(cell.Text!);
                break;
            case ColumnType.Whole:
                json.WriteNumberValue(cell.Whole);
                break;
            case ColumnType.Real:
                json.WriteNumberValue(cell.Real);
                break;
            case ColumnType.Flag:
                json.WriteBooleanValue(cell.Flag);
                break;
            default:
                json.WriteStringValue(CellText.Of(type, cell));
                break;
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_buffer.WrittenMemory, cancellationToken);
        _buffer.ResetWrittenCount();
    }
}
