using System.Globalization;

namespace Recsys.Server.Bench;

/// <summary>The shares of the operations, such as events=80,recommend=15,similar=5; the figures are weights.</summary>
internal sealed class OperationMix
{
    private static readonly (string Name, OperationKind Kind)[] Names =
        [("events", OperationKind.Events), ("recommend", OperationKind.Recommend), ("similar", OperationKind.Similar)];

    private readonly double[] _upTo;

    private OperationMix(double[] upTo, string text)
    {
        _upTo = upTo;
        Text = text;
    }

    /// <summary>As it was given.</summary>
    public string Text { get; }

    /// <summary>Reads the text.</summary>
    /// <exception cref="FormatException">It's no such text.</exception>
    public static OperationMix Parse(string text)
    {
        var weights = new double[Names.Length];
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = part.Split('=', 2);
            var index = Array.FindIndex(Names, entry => entry.Name == pair[0]);
            if (index < 0 || pair.Length < 2 || !double.TryParse(pair[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight) || weights[index] > 0)
            {
                throw new FormatException($"--mix is shares such as events=80,recommend=15,similar=5; '{part}' is none.");
            }

            weights[index] = weight;
        }

        var sum = weights.Sum();
        if (!(sum > 0)) throw new FormatException("--mix has no share above 0.");
        double upTo = 0;
        return new OperationMix([.. weights.Select(weight => upTo += weight / sum)], text);
    }

    /// <summary>The share of a kind, 0 to 1.</summary>
    public double ShareOf(OperationKind kind)
    {
        var index = (int)kind;
        return index >= _upTo.Length ? 0 : _upTo[index] - (index == 0 ? 0 : _upTo[index - 1]);
    }

    /// <summary>The kind of the next operation.</summary>
    public OperationKind Next(Random random)
    {
        var draw = random.NextDouble();
        var last = 0;
        for (var index = 0; index < _upTo.Length; index++)
        {
            if (ShareOf((OperationKind)index) == 0) continue;
            last = index;
            if (draw < _upTo[index]) break;
        }

        return (OperationKind)last;
    }
}
