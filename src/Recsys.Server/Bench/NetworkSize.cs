using System.Globalization;

namespace Recsys.Server.Bench;

/// <summary>The sizes of a Session network.</summary>
/// <param name="Embedding">Length of item vectors.</param>
/// <param name="Hidden">Length of the LSTM's state.</param>
/// <param name="Blocks">Residual blocks.</param>
internal sealed record NetworkSize(int Embedding, int Hidden, int Blocks)
{
    /// <summary>Reads "128/128/2".</summary>
    /// <exception cref="FormatException">It's no such text.</exception>
    public static NetworkSize Parse(string text)
    {
        var parts = text.Split('/');
        var numbers = new int[3];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (parts.Length != 3 || !int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) || numbers[i] < 1 || numbers[i] > (i < 2 ? 4_096 : 16))
            {
                throw new FormatException($"--dimensions is embedding/hidden/blocks, such as 128/128/2 (at most 4096/4096/16), not '{text}'.");
            }
        }

        return new NetworkSize(numbers[0], numbers[1], numbers[2]);
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Embedding}/{Hidden}/{Blocks}");
}
