namespace Recsys.Inference.Index;

/// <summary>A set of items as one bit a dense id: bit (id % 64) of word (id / 64).</summary>
public static class ItemMask
{
    /// <summary>Words needed for so many items.</summary>
    public static int WordCount(int itemCount) => (itemCount + 63) / 64;

    /// <summary>Whether an item is in the set.</summary>
    public static bool IsSet(ReadOnlySpan<ulong> mask, int item) => ((mask[item >> 6] >> (item & 63)) & 1) != 0;

    /// <summary>Puts an item into the set.</summary>
    public static void Set(Span<ulong> mask, int item) => mask[item >> 6] |= 1UL << (item & 63);

    /// <summary>Takes an item out of the set.</summary>
    public static void Clear(Span<ulong> mask, int item) => mask[item >> 6] &= ~(1UL << (item & 63));

    /// <summary>Puts all items into the set.</summary>
    public static void SetAll(Span<ulong> mask) => mask.Fill(ulong.MaxValue);

    internal static void Check(ReadOnlySpan<ulong> mask, int itemCount)
    {
        if (!mask.IsEmpty && mask.Length < WordCount(itemCount))
        {
            throw new ArgumentException($"The mask has {mask.Length} words, expected {WordCount(itemCount)} for {itemCount} items.", nameof(mask));
        }
    }
}
