using System.IO.Compression;

namespace Recsys.Datasets.Reading;

/// <summary>Reads a file's lines as bytes, plain or gzip (told by its first bytes), within fixed memory.</summary>
internal sealed class LineReader : IDisposable
{
    /// <summary>The longest line that's read.</summary>
    public const int MaxBytes = 1 << 23;

    private readonly string _file;
    private readonly bool _keepReturns;
    private readonly ReadProgress _progress;
    private readonly FileStream _disk;
    private readonly Stream _stream;
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private long _number;
    private long _reportedBytes;
    private bool _ended;

    /// <param name="file">The file.</param>
    /// <param name="progress">Where bytes and lines are counted.</param>
    /// <param name="keepReturns">A carriage return at a line's end is part of the line.</param>
    public LineReader(string file, ReadProgress progress, bool keepReturns = false)
    {
        _file = file;
        _keepReturns = keepReturns;
        _progress = progress;
        _disk = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
        var compressed = _disk.ReadByte() == 0x1f && _disk.ReadByte() == 0x8b;
        _disk.Position = 0;
        _stream = compressed ? new GZipStream(_disk, CompressionMode.Decompress) : _disk;
    }

    /// <summary>Reads the next line; false at the end of the file.</summary>
    public bool TryRead(out Line line)
    {
        var scanned = 0;
        while (true)
        {
            var window = _buffer.AsSpan(_start, _end - _start);
            var end = window[scanned..].IndexOf((byte)'\n');
            if (end >= 0)
                return Take(scanned + end, scanned + end + 1, out line);
            scanned = window.Length;
            if (scanned > MaxBytes)
                return TakeTooLong(out line);
            if (!Fill())
            {
                line = default;
                return scanned > 0 && Take(scanned, scanned, out line);
            }
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _disk.Dispose();
    }

    private bool Take(int length, int consumed, out Line line)
    {
        var bytes = _buffer.AsMemory(_start, length);
        _start += consumed;
        Count();
        if (_number == 1 && bytes.Span.StartsWith("\uFEFF"u8))
            bytes = bytes[3..];
        if (!_keepReturns && bytes.Length > 0 && bytes.Span[^1] == '\r')
            bytes = bytes[..^1];
        line = bytes.Length > MaxBytes ? new Line(_number, bytes[..MaxBytes], true) : new Line(_number, bytes, false);
        return true;
    }

    // Keeps the line's start and reads over the rest of it.
    private bool TakeTooLong(out Line line)
    {
        var head = _buffer.AsMemory(_start, MaxBytes).ToArray();
        Count();
        line = new Line(_number, head, true);
        _start = _end;
        while (Fill())
        {
            var end = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            _start = end < 0 ? _end : _start + end + 1;
            if (end >= 0)
                break;
        }

        return true;
    }

    private void Count()
    {
        _number++;
        _progress.AddLine();
    }

    private bool Fill()
    {
        if (_ended)
            return false;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = ReadStream();
        _end += read;
        _ended = read == 0;
        _progress.AddBytes(_disk.Position - _reportedBytes);
        _reportedBytes = _disk.Position;
        return read > 0;
    }

    // A damaged archive ends the file where the damage is, as a rejected line: what was read before it counts.
    private int ReadStream()
    {
        try
        {
            return _stream.Read(_buffer, _end, _buffer.Length - _end);
        }
        catch (InvalidDataException e)
        {
            _progress.Reject(new RejectedLine(_file, _number + 1, "", $"the compressed data is damaged from here on: {e.Message}"));
            return 0;
        }
    }
}
