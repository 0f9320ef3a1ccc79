using System.Runtime.InteropServices;
using Recsys.Inference;
using Recsys.Serving.Bytes;

namespace Recsys.Serving.Sessions;

/// <summary>
/// The stored form of a state. Version 1: version byte; newest event time + 1; interactions ever; ring (item, kind, strength, time since the one before); open plays
/// (item, session hash, start before the newest event, last event since start, position + 1, duration + 1); both generations of older items as sorted gaps; network
/// slots (fingerprint, consumed, halfs). Version 2: each slot's taste vector after its halfs (float32). Version 3: since when, behind the version byte. Numbers are varints. A change of the layout
/// takes a new version; old ones stay readable.
/// </summary>
internal static class SessionStateCodec
{
    private const byte Version = 3;
    private const byte VersionWithoutSince = 2;
    private const byte VersionWithoutTaste = 1;
    private const int MaxRing = 4_096;
    private const int MaxOpenPlays = 64;
    private const int MaxOlder = 10_000_000;
    private const int MaxSlotLength = 1 << 20;
    private const int MaxTasteLength = 1 << 12;

    /// <summary>The bytes of a state; none of the empty one.</summary>
    public static byte[] Encode(SessionState state)
    {
        if (state.IsEmpty) return [];
        var writer = CompactWriter.OfThread;
        writer.Byte(Version);
        writer.Unsigned((ulong)state.SinceMs);
        writer.Unsigned((ulong)(state.NewestEventMs + 1));
        writer.Unsigned((ulong)state.InteractionCount);
        writer.Unsigned((ulong)state.Ring.Count);
        var before = 0L;
        foreach (var interaction in state.Ring)
        {
            writer.Unsigned(interaction.Item);
            writer.Byte((byte)interaction.Kind);
            writer.Byte(interaction.Strength);
            writer.Unsigned((ulong)(interaction.TimeMs - before));
            before = interaction.TimeMs;
        }

        writer.Unsigned((ulong)state.OpenPlays.Count);
        foreach (var play in state.OpenPlays)
        {
            writer.Unsigned(play.Item);
            writer.Fixed64(play.Session);
            writer.Unsigned((ulong)(state.NewestEventMs - play.StartMs));
            writer.Unsigned((ulong)(play.LastMs - play.StartMs));
            writer.Unsigned((ulong)(play.PositionMs + 1));
            writer.Unsigned((ulong)(play.DurationMs + 1));
        }

        WriteItems(writer, state.Older.Younger);
        WriteItems(writer, state.Older.Elder);
        writer.Unsigned((ulong)state.Slots.Count);
        foreach (var slot in state.Slots)
        {
            writer.Fixed32(slot.Fingerprint);
            writer.Unsigned((ulong)slot.Consumed);
            writer.Unsigned((ulong)slot.Values.Length);
            writer.Bytes(MemoryMarshal.AsBytes<Half>(slot.Values));
            writer.Unsigned((ulong)slot.Taste.Length);
            writer.Bytes(MemoryMarshal.AsBytes<float>(slot.Taste));
        }

        return writer.ToArray();
    }

    /// <summary>Reads a state; empty bytes are the empty state.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, or of a later version.</exception>
    public static SessionState Decode(ReadOnlySpan<byte> bytes)
    {
        var state = new SessionState();
        if (bytes.IsEmpty) return state;
        var reader = new CompactReader(bytes);
        var version = reader.Byte();
        if (version is not (Version or VersionWithoutSince or VersionWithoutTaste)) throw new InvalidDataException($"The state has version {version}, expected at most {Version}.");
        if (version == Version) state.SinceMs = (long)reader.Unsigned(long.MaxValue, "The time since when");
        state.NewestEventMs = (long)reader.Unsigned(long.MaxValue, "The newest event's time") - 1;
        state.InteractionCount = (long)reader.Unsigned(long.MaxValue, "The count of interactions");
        ReadRing(ref reader, state);
        ReadOpenPlays(ref reader, state);
        ReadItems(ref reader, state.Older.Younger);
        ReadItems(ref reader, state.Older.Elder);
        for (var slots = reader.Count(SessionState.MaxSlots, 6, "The count of network slots"); slots > 0; slots--)
        {
            var fingerprint = reader.Fixed32();
            var consumed = (int)reader.Unsigned((ulong)state.Ring.Count, "A network slot's count of interactions");
            var values = new Half[reader.Count(MaxSlotLength, 2, "A network slot's length")];
            reader.Take(2 * values.Length).CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
            state.Slots.Add(new() { Fingerprint = fingerprint, Consumed = consumed, Values = values, Taste = version == VersionWithoutTaste ? [] : ReadTaste(ref reader) });
        }

        reader.ExpectEnd();
        return state;
    }

    private static float[] ReadTaste(ref CompactReader reader)
    {
        var taste = new float[reader.Count(MaxTasteLength, sizeof(float), "A taste vector's length")];
        reader.Take(sizeof(float) * taste.Length).CopyTo(MemoryMarshal.AsBytes(taste.AsSpan()));
        foreach (var value in taste)
        {
            if (!float.IsFinite(value)) throw new InvalidDataException($"A taste vector holds {value}, expected finite values.");
        }

        return taste;
    }

    private static void ReadRing(ref CompactReader reader, SessionState state)
    {
        var count = reader.Count(MaxRing, 4, "The count of ring interactions");
        state.Ring.EnsureCapacity(count + 1);
        var time = 0UL;
        for (var i = 0; i < count; i++)
        {
            var item = ReadItem(ref reader);
            var kind = (InteractionKind)reader.Byte();
            if (kind is < InteractionKind.Play or > InteractionKind.Skip) throw new InvalidDataException($"Interaction kind {(byte)kind} is not known.");
            var strength = reader.Byte();
            time += reader.Unsigned(long.MaxValue - time, "The time since the interaction before");
            state.Ring.Add(new(item, kind, strength, (long)time));
        }
    }

    private static void ReadOpenPlays(ref CompactReader reader, SessionState state)
    {
        for (var count = reader.Count(MaxOpenPlays, 13, "The count of open plays"); count > 0; count--)
        {
            var item = ReadItem(ref reader);
            var session = reader.Fixed64();
            var start = state.NewestEventMs - (long)reader.Unsigned((ulong)Math.Max(0, state.NewestEventMs), "The age of an open play");
            var last = start + (long)reader.Unsigned((ulong)Math.Max(0, state.NewestEventMs - start), "The span of an open play");
            var position = (long)reader.Unsigned(long.MaxValue, "A position") - 1;
            var duration = (long)reader.Unsigned(long.MaxValue, "A duration") - 1;
            state.OpenPlays.Add(new(item, session, start, last, position, duration));
        }
    }

    private static uint ReadItem(ref CompactReader reader)
    {
        var item = (uint)reader.Unsigned(uint.MaxValue, "An item number");
        return item != 0 ? item : throw new InvalidDataException("Item number 0 stands for no item.");
    }

    private static void WriteItems(CompactWriter writer, List<uint> items)
    {
        writer.Unsigned((ulong)items.Count);
        var before = 0u;
        foreach (var item in items)
        {
            writer.Unsigned(item - before);
            before = item;
        }
    }

    private static void ReadItems(ref CompactReader reader, List<uint> items)
    {
        var count = reader.Count(MaxOlder, 1, "The count of older items");
        items.EnsureCapacity(count);
        var item = 0u;
        for (var i = 0; i < count; i++)
        {
            var gap = (uint)reader.Unsigned(uint.MaxValue - item, "The gap between older items");
            if (gap == 0) throw new InvalidDataException("Older items are not ascending.");
            items.Add(item += gap);
        }
    }
}
