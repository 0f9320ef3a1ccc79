using CsCheck;
using Recsys.Inference;
using Recsys.Serving.Sessions;
using Xunit.Abstractions;

namespace Recsys.Tests.Serving;

public sealed class SessionStateCodecTests(ITestOutputHelper output)
{
    private const long Day = 86_400_000;
    private const long Now = 1_790_000_000_000;

    private static readonly Gen<SessionState> States = Gen.Select(
        Gen.Select(Gen.UInt[1, 3_000_000], Gen.Int[1, 7], Gen.Byte, Gen.Long[0, 3 * Day]).Array[0, 60],
        Gen.Select(Gen.UInt[1, 3_000_000], Gen.ULong, Gen.Long[0, Day], Gen.Long[0, Day], Gen.Long[-1, Day]).Array[0, 8],
        Gen.UInt[1, 5_000_000].Array[0, 40],
        Gen.Int[0, SessionState.MaxSlots],
        Gen.Int[0, 40],
        StateOf);

    [Fact]
    public void A_state_comes_back_as_it_was() => States.Sample(state =>
    {
        var bytes = SessionStateCodec.Encode(state);
        var read = SessionStateCodec.Decode(bytes);
        Assert.Equal((state.NewestEventMs, state.SinceMs), (read.NewestEventMs, read.SinceMs));
        Assert.Equal(state.InteractionCount, read.InteractionCount);
        Assert.Equal(state.Ring, read.Ring);
        Assert.Equal(state.OpenPlays, read.OpenPlays);
        Assert.Equal(state.Older.Younger, read.Older.Younger);
        Assert.Equal(state.Older.Elder, read.Older.Elder);
        Assert.Equal(state.Slots.Select(slot => (slot.Fingerprint, slot.Consumed)), read.Slots.Select(slot => (slot.Fingerprint, slot.Consumed)));
        Assert.Equal(state.Slots.SelectMany(slot => slot.Values), read.Slots.SelectMany(slot => slot.Values));
        Assert.Equal(bytes, SessionStateCodec.Encode(read));
    });

    [Fact]
    public void Damaged_bytes_are_an_error_of_their_own_and_nothing_else() => Gen.Select(States, Gen.Int[0, 5_000], Gen.Byte, Gen.Int[0, 2]).Sample((state, at, value, how) =>
    {
        var bytes = SessionStateCodec.Encode(state);
        if (bytes.Length == 0) return;
        at %= bytes.Length;
        if (how == 0) bytes = bytes[..at];
        else if (how == 1) bytes[at] = value;
        else bytes = [.. bytes, value];
        var error = Record.Exception(() => SessionStateCodec.Decode(bytes));
        Assert.True(error is null or InvalidDataException, error?.ToString());
        if (how == 0 && at > 0) Assert.IsType<InvalidDataException>(error);
        if (how == 2) Assert.IsType<InvalidDataException>(error);
    }, iter: 5_000);

    [Fact]
    public void Random_bytes_are_an_error_and_never_a_crash() => Gen.Byte.Array[1, 400].Sample(bytes =>
    {
        bytes[0] = 1;
        var error = Record.Exception(() => SessionStateCodec.Decode(bytes));
        Assert.True(error is null or InvalidDataException, error?.ToString());
    }, iter: 20_000);

    [Fact]
    public void A_later_version_is_named_in_the_error()
    {
        var bytes = SessionStateCodec.Encode(StateOf([(1, 1, 2, 3)], [], [], 0, 0));
        bytes[0] = 9;
        Assert.Contains("version 9", Assert.Throws<InvalidDataException>(() => SessionStateCodec.Decode(bytes)).Message);
    }

    [Fact]
    public void The_empty_state_has_no_bytes()
    {
        Assert.Empty(SessionStateCodec.Encode(new()));
        Assert.True(SessionStateCodec.Decode([]).IsEmpty);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_state_of_200_interactions_with_everything_takes_at_most_4_KB(int blocks)
    {
        // A catalogue of 100,000 items, plays hours apart, eight open plays, 200 older items.
        var random = new Random(1);
        var state = new SessionState { InteractionCount = 4_000, SinceMs = Now };
        var time = Now - (100 * Day);
        for (var i = 0; i < 200; i++)
        {
            time += random.NextInt64(Day);
            state.Ring.Add(new((uint)random.Next(1, 100_000), InteractionKind.Play, (byte)random.Next(251), time));
        }

        state.NewestEventMs = time + Day;
        for (var i = 0; i < 8; i++) state.OpenPlays.Add(new((uint)random.Next(1, 100_000), (ulong)random.NextInt64(), time, time + 1_000_000, 3_000_000, 7_200_000));
        for (var i = 0; i < 200; i++) state.Older.Add((uint)random.Next(1, 100_000), 10_000);
        var values = new Half[(2 * blocks * 128) + 128];
        for (var i = 0; i < values.Length; i++) values[i] = (Half)random.NextSingle();
        state.Slots.Add(new() { Fingerprint = 0xdeadbeef, Consumed = 200, Values = values });

        var size = SessionStateCodec.Encode(state).Length;
        output.WriteLine($"200 interactions, 8 open plays, 200 older items, one slot of E = H = 128, B = {blocks}: {size} bytes");
        Assert.InRange(size, 1, 4_096);
    }

    [Fact]
    public void Older_items_are_bounded_and_keep_the_newest()
    {
        var older = new OlderItems();
        for (var i = 1u; i <= 100; i++) older.Add(i, generation: 10);
        Assert.Equal(20, older.Count);
        Assert.Equal(Enumerable.Range(81, 20).Select(i => (uint)i), older.Elder.Concat(older.Younger));
        Assert.True(older.Contains(81));
        Assert.False(older.Contains(80));
    }

    private static SessionState StateOf(
        (uint Item, int Kind, byte Strength, long Gap)[] ring, (uint Item, ulong Session, long Age, long Span, long Position)[] plays, uint[] older, int slots, int halfs)
    {
        var state = new SessionState { NewestEventMs = Now, InteractionCount = ring.Length + older.Length, SinceMs = Now - ring.Length };
        var time = 0L;
        foreach (var (item, kind, strength, gap) in ring) state.Ring.Add(new(item, (InteractionKind)kind, strength, time += gap));
        foreach (var (item, session, age, span, position) in plays)
            state.OpenPlays.Add(new(item, session, Now - age, Now - age + Math.Min(age, span), position, Math.Max(-1, position * 2)));
        foreach (var item in older) state.Older.Add(item, generation: 15);
        for (var i = 0; i < slots; i++)
            state.Slots.Add(new() { Fingerprint = (uint)(i * 77), Consumed = ring.Length, Values = [.. Enumerable.Range(0, halfs).Select(n => (Half)n)] });
        return state;
    }
}
