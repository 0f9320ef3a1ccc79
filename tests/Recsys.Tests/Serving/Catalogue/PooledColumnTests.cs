using CsCheck;
using Recsys.Serving.Catalogue;

namespace Recsys.Tests.Serving.Catalogue;

public sealed class PooledColumnTests
{
    [Fact]
    public void Rows_hold_what_was_set_last_when_rows_are_set_in_any_order()
    {
        var set = Gen.Select(Gen.UInt[0, 3_000], Gen.Byte.Array[0, 300]);
        set.List[0, 400].Sample(
            sets =>
            {
                var (column, model) = (new PooledColumn<byte>(), new Dictionary<uint, byte[]>());
                foreach (var (row, values) in sets)
                {
                    column.Set(row, values);
                    model[row] = values;
                }

                for (var row = 0u; row < 3_010; row++)
                {
                    Assert.True(column[row].SequenceEqual(model.GetValueOrDefault(row, [])), $"row {row}");
                }
            },
            iter: 50);
    }

    [Fact]
    public void Rows_survive_compaction_when_most_values_were_replaced()
    {
        var column = new PooledColumn<int>();
        var values = new int[1_000];
        for (var round = 0; round < 40; round++)
        {
            for (var row = 0u; row < 50; row++)
            {
                Array.Fill(values, (round * 100) + (int)row);
                column.Set(row, values);
            }
        }

        for (var row = 0u; row < 50; row++) Assert.All(column[row].ToArray(), value => Assert.Equal(3_900 + (int)row, value));
    }

    [Fact]
    public void A_sequence_longer_than_a_chunk_comes_back_whole()
    {
        var column = new PooledColumn<int>();
        int[] values = [.. Enumerable.Range(0, 200_000)];
        column.Set(1, [7]);
        column.Set(2, values);
        column.Set(3, [8]);
        Assert.True(column[2].SequenceEqual(values));
        Assert.Equal([7], column[1].ToArray());
        Assert.Equal([8], column[3].ToArray());
    }

    [Fact]
    public async Task Readers_never_see_a_mixture_when_a_writer_replaces_rows_beside_them()
    {
        var column = new PooledColumn<int>();
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                for (var row = 0u; row < 5_000; row += 7)
                {
                    var values = column[row];
                    if (!values.IsEmpty && values.ContainsAnyExcept(values[0])) return false;
                }
            }

            return true;
        })).ToArray();
        for (var round = 1; round < 30; round++)
        {
            for (var row = 0u; row < 5_000; row += 7) column.Set(row, Enumerable.Repeat(round, 1 + ((round + (int)row) % 90)).ToArray());
        }

        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(readers), Assert.True);
    }
}
