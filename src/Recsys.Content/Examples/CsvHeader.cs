using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;

namespace Recsys.Content.Examples;

/// <summary>Where delimited text has what is read.</summary>
/// <param name="Count">Columns of the header.</param>
/// <param name="Columns">What the network reads, each with its place.</param>
/// <param name="Target">The target's place.</param>
/// <param name="Part">The part's place; null: the seed splits.</param>
internal sealed record CsvHeader(int Count, IReadOnlyList<(ColumnSettings Column, int Place)> Columns, int Target, int? Part)
{
    /// <summary>Finds the columns of a spec.</summary>
    /// <exception cref="InvalidDataException">One isn't there, or is there twice.</exception>
    internal static CsvHeader Of(string file, string[] header, NetworkSpec spec)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < header.Length; i++)
        {
            if (!places.TryAdd(header[i].Trim(), i)) throw new InvalidDataException($"{file}, line 1: column '{ExampleFields.Cut(header[i])}' is there twice, expected each name once.");
        }

        return new(header.Length, [.. spec.Columns.Select(column => (column, Find(column.Name)))], Find(spec.Target), spec.PartColumn.Length > 0 ? Find(spec.PartColumn) : null);

        int Find(string name) => places.TryGetValue(name, out var place)
            ? place
            : throw new InvalidDataException($"{file}, line 1: there is no column '{name}', expected it among {string.Join(", ", header.Take(30).Select(ExampleFields.Cut))}.");
    }
}
