using System.Buffers.Binary;

namespace Recsys.Inference.Artefacts;

/// <summary>A memory-mapped safetensors file of float32 and int32 tensors, its header checked (see huggingface/safetensors, "Format").</summary>
public sealed class SafetensorsFile
{
    private readonly string _path;
    private readonly MappedFile _mapped;
    private readonly long _dataStart;
    private readonly Dictionary<string, SafetensorsEntry> _entries;

    private unsafe SafetensorsFile(string path)
    {
        _path = path;
        _mapped = new(path);
        if (_mapped.Length < SafetensorsHeader.LengthBytes)
        {
            throw new InvalidDataException($"{path} has {_mapped.Length} bytes, expected at least {SafetensorsHeader.LengthBytes}.");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(new(_mapped.At(0, SafetensorsHeader.LengthBytes), SafetensorsHeader.LengthBytes));
        var most = (ulong)Math.Min(SafetensorsHeader.MaxBytes, _mapped.Length - SafetensorsHeader.LengthBytes);
        if (length > most) throw new InvalidDataException($"{path}: the header claims {length} bytes, expected at most {most}.");
        _dataStart = SafetensorsHeader.LengthBytes + (long)length;
        if (_dataStart % sizeof(float) != 0) throw new InvalidDataException($"{path}: the data starts at byte {_dataStart}, expected a multiple of 4.");
        try
        {
            var json = new ReadOnlySpan<byte>(_mapped.At(SafetensorsHeader.LengthBytes, (long)length), (int)length);
            _entries = SafetensorsHeader.Parse(json, _mapped.Length - _dataStart);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>The tensors' names.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Maps a file and checks its header.</summary>
    /// <exception cref="InvalidDataException">The header is not valid: the message names the tensor and what was expected.</exception>
    public static SafetensorsFile Open(string path) => new(path);

    /// <summary>A copy of a tensor's values, row-major.</summary>
    /// <exception cref="InvalidDataException">It is missing, has another shape, or a value that is not finite.</exception>
    public float[] Copy(TensorShape expected)
    {
        CheckFinite(expected);
        var copy = View(expected).Values.ToArray();
        GC.KeepAlive(this);
        return copy;
    }

    /// <summary>A copy of an int32 tensor's values, row-major.</summary>
    /// <exception cref="InvalidDataException">It is missing, has another shape, or is not of int32.</exception>
    public unsafe int[] CopyIntegers(TensorShape expected)
    {
        var copy = new ReadOnlySpan<int>(At(expected, TensorType.Int32, out var count), count).ToArray();
        GC.KeepAlive(this);
        return copy;
    }

    /// <summary>A tensor's dimensions, or null where there is none of that name.</summary>
    public IReadOnlyList<long>? ShapeOf(string name) => _entries.TryGetValue(name, out var entry) ? entry.Shape : null;

    /// <summary>Checks a tensor's presence, shape and values.</summary>
    internal void CheckFinite(TensorShape expected)
    {
        var values = View(expected).Values;
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i])) throw new InvalidDataException($"{_path}: tensor {expected} holds {values[i]} at {i}, expected finite values.");
        }

        GC.KeepAlive(this);
    }

    /// <summary>A tensor in place, in the mapping; its values are not looked at.</summary>
    /// <exception cref="InvalidDataException">It is missing, has another shape, or is not of float32.</exception>
    internal unsafe MappedTensor View(TensorShape expected)
    {
        var start = At(expected, TensorType.Float32, out var count);
        return new(_mapped, (float*)start, count);
    }

    private unsafe byte* At(TensorShape expected, TensorType type, out int count)
    {
        if (!_entries.TryGetValue(expected.Name, out var entry)) throw new InvalidDataException($"{_path}: tensor {expected} is missing.");
        if (!entry.Shape.SequenceEqual(expected.Shape.Select(size => (long)size)))
        {
            throw new InvalidDataException($"{_path}: tensor '{entry.Name}' has shape {entry.ShapeText}, expected {expected}.");
        }

        if (entry.Type != type)
        {
            var names = (SafetensorsHeader.NameOf(entry.Type), SafetensorsHeader.NameOf(type));
            throw new InvalidDataException($"{_path}: tensor '{entry.Name}' has dtype {names.Item1}, expected {names.Item2}.");
        }

        var bytes = entry.End - entry.Begin;
        count = (int)(bytes / SafetensorsHeader.ValueBytes);
        return _mapped.At(_dataStart + entry.Begin, bytes);
    }
}
