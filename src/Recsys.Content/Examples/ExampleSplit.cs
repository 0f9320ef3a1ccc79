using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Recsys.Content.Networks;

namespace Recsys.Content.Examples;

/// <summary>
/// Gives every example its part: that which it names, else by a hash of what it is and the seed, 80 % to train, 10 % to validate, 10 % to test, each
/// class in these shares. Equal examples have equal
/// hashes, so a copy of an example that is trained on isn't tested on; a new example moves few others.
/// </summary>
public static class ExampleSplit
{
    private const double HeldOut = 0.1;

    /// <summary>Splits. Where examples name parts, but none is there to validate or to test, a tenth of those to train is taken for it.</summary>
    /// <param name="examples">In any order.</param>
    /// <param name="spec">The task, and the seed.</param>
    /// <returns>All of them, in their order, each with its part.</returns>
    public static IReadOnlyList<LabelledExample> Split(IReadOnlyList<LabelledExample> examples, NetworkSpec spec)
    {
        var seed = spec.Network.Seed;
        var parts = examples.Select(example => example.Part).ToArray();
        var isByClass = spec.Network.Task == NetworkTask.Classes;
        var hashes = new ulong[examples.Count];
        for (var i = 0; i < hashes.Length; i++) hashes[i] = HashOf(examples[i], seed);
        var hasTest = parts.Contains(ExamplePart.Test);
        var hasValidation = parts.Contains(ExamplePart.Validation);
        var isOpen = parts.Contains(null);
        foreach (var group in Enumerable.Range(0, parts.Length).GroupBy(i => isByClass ? examples[i].Labels[0] : "", StringComparer.Ordinal))
        {
            // Of few examples the fraction of one is a chance of one: all classes together come out at their shares.
            var chance = Hash(seed, hash => Append(hash, group.Key)) / (double)ulong.MaxValue;
            var free = group.Where(i => parts[i] is null).OrderBy(i => hashes[i]).ThenBy(i => i).ToArray();
            var test = Take(free, 0, chance, ExamplePart.Test, parts, hashes);
            var validation = Take(free, test, 1 - chance, ExamplePart.Validation, parts, hashes);
            foreach (var i in free.AsSpan(validation)) parts[i] = ExamplePart.Train;
            if (isOpen) continue;
            var trained = group.Where(i => parts[i] == ExamplePart.Train).OrderBy(i => hashes[i]).ThenBy(i => i).ToArray();
            var taken = hasTest ? 0 : Take(trained, 0, chance, ExamplePart.Test, parts, hashes);
            if (!hasValidation) Take(trained, taken, 1 - chance, ExamplePart.Validation, parts, hashes);
        }

        return [.. examples.Select((example, i) => example.Part == parts[i] ? example : example with { Part = parts[i] })];
    }

    // A tenth of all from a place on, with all copies of the last; where it ends.
    private static int Take(int[] sorted, int from, double chance, ExamplePart part, ExamplePart?[] parts, ulong[] hashes)
    {
        var end = Math.Min(sorted.Length, from + (int)Math.Floor((sorted.Length * HeldOut) + chance));
        while (end > from && end < sorted.Length && hashes[sorted[end]] == hashes[sorted[end - 1]]) end++;
        for (var i = from; i < end; i++) parts[sorted[i]] = part;
        return end;
    }

    private static ulong HashOf(LabelledExample example, long seed) => Hash(seed, hash =>
    {
        foreach (var (name, value) in example.Values.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Append(hash, name);
            switch (value)
            {
                case ExampleValue.Number number:
                    Append(hash, BitConverter.DoubleToInt64Bits(number.Value));
                    break;
                case ExampleValue.Text text:
                    Append(hash, text.Value);
                    break;
                case ExampleValue.Texts texts:
                    foreach (var text in texts.Values) Append(hash, text);
                    break;
                case ExampleValue.Vectors vectors:
                    hash.AppendData(MemoryMarshal.AsBytes(vectors.Values.Span));
                    break;
                case ExampleValue.Image image:
                    hash.AppendData(image.Encoded.Span);
                    break;
            }
        }
    });

    private static ulong Hash(long seed, Action<IncrementalHash> append)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, seed);
        append(hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Append(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
