using System.Globalization;
using Recsys.Content.Examples;

namespace Recsys.Content.Preprocessing;

/// <summary>Categories: a place for each that is known, and the last for all others.</summary>
internal sealed class CategoryColumn : IFeatureColumn
{
    private readonly FittedColumn _column;
    private readonly Dictionary<string, int> _places;

    internal CategoryColumn(FittedColumn column)
    {
        _column = column;
        _places = Places(column.Categories!);
    }

    public int Count => _places.Count + 1;

    public string? Problem(ExampleValue? value) => ValueProblem.OfCategories(value);

    public void Add(ExampleValue? value, int first, List<int> indices, List<float> values)
    {
        var places = Of(value, _column.Settings.Separator).Select(name => _places.GetValueOrDefault(name, _places.Count)).Distinct().Order();
        foreach (var place in places)
        {
            indices.Add(first + place);
            values.Add(1);
        }
    }

    /// <summary>The categories in a value: white space around them cut, empty ones left out. A number is one, as it's written.</summary>
    internal static IEnumerable<string> Of(ExampleValue? value, string separator)
    {
        IEnumerable<string> names = value switch
        {
            ExampleValue.Text text => separator.Length > 0 ? text.Value.Split(separator) : [text.Value],
            ExampleValue.Texts texts => texts.Values,
            ExampleValue.Number number => [number.Value.ToString("R", CultureInfo.InvariantCulture)],
            _ => [],
        };
        return names.Select(name => name.Trim()).Where(name => name.Length > 0);
    }

    internal static Dictionary<string, int> Places(IReadOnlyList<string> categories)
    {
        var places = new Dictionary<string, int>(categories.Count, StringComparer.Ordinal);
        foreach (var category in categories) places.Add(category, places.Count);
        return places;
    }

    /// <summary>The most frequent categories of the training part, of as frequent ones the first by ordinal.</summary>
    internal static IReadOnlyList<string> MostFrequent(IEnumerable<string> categories, int most)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var category in categories) counts[category] = counts.GetValueOrDefault(category) + 1;
        return [.. counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal).Take(most).Select(entry => entry.Key)];
    }
}
