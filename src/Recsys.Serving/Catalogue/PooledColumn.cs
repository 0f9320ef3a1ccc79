using System.Numerics;

namespace Recsys.Serving.Catalogue;

/// <summary>
/// A column of short sequences, one a row, kept in a few large arrays instead of an object a row, so that a million rows don't lengthen a garbage collection.
/// One writer at a time; readers need no lock: a row's place is published after its values, and values in use are never overwritten.
/// </summary>
/// <typeparam name="T">A plain value.</typeparam>
internal sealed class PooledColumn<T>
    where T : unmanaged, IEquatable<T>
{
    private const int ChunkBits = 16;
    private const int ChunkSize = 1 << ChunkBits;
    private const int LengthBits = 24;
    private const long MinGarbage = 1 << 18;

    private volatile State _state = new(new long[1024], new T[16][]);
    private int _chunkCount;
    private int _used = ChunkSize;
    private long _live;
    private long _garbage;

    /// <summary>The row's values; empty where none were set. Stays valid and unchanged for as long as it's held.</summary>
    public ReadOnlySpan<T> this[uint row] => Values(_state, row);

    /// <summary>Replaces the row's values. Only under the owner's lock.</summary>
    public void Set(uint row, ReadOnlySpan<T> values)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(values.Length, 1 << LengthBits);
        var before = this[row];
        if (before.SequenceEqual(values)) return;
        _garbage += before.Length;
        _live += values.Length - before.Length;
        var state = _state;
        if (row >= (uint)state.Places.Length) state = Grown(state, (int)BitOperations.RoundUpToPowerOf2(row + 1UL), state.Chunks.Length);
        if (NeedsChunk(values.Length) && _chunkCount == state.Chunks.Length) state = Grown(state, state.Places.Length, 2 * _chunkCount);
        Volatile.Write(ref state.Places[row], Append(state, values));
        _state = state;
        if (_garbage > Math.Max(MinGarbage, _live)) Compact();
    }

    private static ReadOnlySpan<T> Values(State state, uint row)
    {
        if (row >= (uint)state.Places.Length) return [];
        var place = Volatile.Read(ref state.Places[row]);
        var length = (int)(place & ((1 << LengthBits) - 1));
        var start = place >> LengthBits;
        return length == 0 ? [] : state.Chunks[start >> ChunkBits].AsSpan((int)(start & (ChunkSize - 1)), length);
    }

    /// <summary>Both arrays are new, so that no reader of the old state meets a place whose chunk it can't see.</summary>
    private static State Grown(State state, int rows, int chunkCount)
    {
        var (places, chunks) = (new long[rows], new T[chunkCount][]);
        state.Places.CopyTo(places, 0);
        state.Chunks.CopyTo(chunks, 0);
        return new(places, chunks);
    }

    private bool NeedsChunk(int length) => length > 0 && _used + length > ChunkSize;

    /// <summary>Puts the values behind the last ones and returns their place; a sequence longer than a chunk gets one of its own.</summary>
    private long Append(State state, ReadOnlySpan<T> values)
    {
        if (values.IsEmpty) return 0;
        if (NeedsChunk(values.Length))
        {
            state.Chunks[_chunkCount++] = GC.AllocateUninitializedArray<T>(Math.Max(ChunkSize, values.Length));
            _used = 0;
        }

        var start = ((long)(_chunkCount - 1) << ChunkBits) + _used;
        values.CopyTo(state.Chunks[_chunkCount - 1].AsSpan(_used));
        _used = Math.Min(ChunkSize, _used + values.Length);
        return (start << LengthBits) | (uint)values.Length;
    }

    private void Compact()
    {
        var old = _state;
        var state = new State(new long[old.Places.Length], new T[old.Chunks.Length][]);
        (_chunkCount, _used, _garbage) = (0, ChunkSize, 0);
        for (var row = 0u; row < old.Places.Length; row++)
        {
            var values = Values(old, row);
            if (NeedsChunk(values.Length) && _chunkCount == state.Chunks.Length) state = Grown(state, state.Places.Length, 2 * _chunkCount);
            state.Places[row] = Append(state, values);
        }

        _state = state;
    }

    private sealed record State(long[] Places, T[][] Chunks);
}
