using System.Globalization;

namespace Recsys.Content.Preprocessing.Texts;

/// <summary>What <see cref="Nfkc"/> knows of each code point: see the head of <c>unicode-nfkc.txt</c>.</summary>
internal sealed class NfkcTables
{
    private readonly Dictionary<int, byte> _classes = [];

    private NfkcTables()
    {
    }

    /// <summary>Code points by the code point that they stand for, in full.</summary>
    internal Dictionary<int, int[]> Decompositions { get; } = [];

    /// <summary>The composite of a starter and what follows it.</summary>
    internal Dictionary<(int First, int Second), int> Composites { get; } = [];

    /// <summary>The canonical combining class; 0: a starter.</summary>
    internal int ClassOf(int point) => _classes.GetValueOrDefault(point);

    internal static NfkcTables Read()
    {
        var tables = new NfkcTables();
        using var stream = typeof(NfkcTables).Assembly.GetManifestResourceStream("unicode-nfkc.txt") ?? throw new InvalidOperationException("The resource unicode-nfkc.txt is missing.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(' ');
            switch (fields[0])
            {
                case "d":
                    tables.Decompositions.Add(Hex(fields[1]), [.. fields[2..].Select(Hex)]);
                    break;
                case "c":
                    for (var point = Hex(fields[1]); point <= Hex(fields[2]); point++) tables._classes.Add(point, byte.Parse(fields[3], CultureInfo.InvariantCulture));
                    break;
                case "p":
                    tables.Composites.Add((Hex(fields[1]), Hex(fields[2])), Hex(fields[3]));
                    break;
            }
        }

        return tables;
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
