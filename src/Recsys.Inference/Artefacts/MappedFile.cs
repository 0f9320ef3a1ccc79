using System.IO.MemoryMappedFiles;

namespace Recsys.Inference.Artefacts;

/// <summary>
/// A whole file mapped read-only. Invariant: the mapping lives exactly as long as this object; whoever works on a span of it keeps the
/// object reachable (a field, or <see cref="GC.KeepAlive"/> after the last use). Models are swapped without locks, so no one knows
/// when the last reader is done except the collector.
/// </summary>
internal sealed unsafe class MappedFile
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    internal MappedFile(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Length = stream.Length;
        if (Length == 0) throw new InvalidDataException($"{path} is empty.");
        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _start = start + _view.PointerOffset;
    }

    // Without this the pointer's reference would keep the mapping for ever: the handle's own finaliser only drops one of the two.
    ~MappedFile()
    {
        if (_start != null) _view.SafeMemoryMappedViewHandle.ReleasePointer();
    }

    internal long Length { get; }

    internal byte* At(long offset, long bytes)
    {
        if (offset < 0 || bytes < 0 || offset > Length - bytes)
        {
            throw new InvalidDataException($"The file has {Length} bytes, but {bytes} bytes at {offset} were asked for.");
        }

        return _start + offset;
    }
}
