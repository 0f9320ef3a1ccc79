using Recsys.Content.Examples;

namespace Recsys.Content.Preprocessing;

/// <summary>A sequence as the ids of its categories (0: one that isn't known), or as scaled vectors: the newest steps, at least one.</summary>
internal sealed class SequenceColumn
{
    private readonly FittedColumn _column;
    private readonly Dictionary<string, int>? _places;

    internal SequenceColumn(FittedColumn column)
    {
        _column = column;
        _places = column.Categories is { } categories ? CategoryColumn.Places(categories) : null;
    }

    internal string? Problem(ExampleValue? value)
    {
        if (_places is null) return ValueProblem.OfVectors(value, _column.Offsets!.Count);
        return value is null ? "is missing, expected a sequence of categories" : ValueProblem.OfCategories(value);
    }

    /// <summary>Adds what a network reads of a value without a problem. An empty sequence is one step of which nothing is known.</summary>
    internal NetworkInput Encode(ExampleValue? value)
    {
        if (_places is null) return new() { Vectors = Vectors((ExampleValue.Vectors)value!) };
        int[] ids = [.. CategoryColumn.Of(value, _column.Settings.Separator).TakeLast(_column.Settings.MaxLength).Select(name => _places.GetValueOrDefault(name, -1) + 1)];
        return new() { Ids = ids.Length > 0 ? ids : [0] };
    }

    /// <summary>Learns the categories, or each place's mean and deviation: whichever of both the training part has.</summary>
    internal static FittedColumn Fit(ColumnSettings settings, TrainingPart part)
    {
        var first = part.Examples[0].Values.GetValueOrDefault(settings.Name);
        if (first is not ExampleValue.Vectors { Width: var width })
        {
            foreach (var example in part.Examples) Check(example, ValueProblem.OfCategories(example.Values.GetValueOrDefault(settings.Name)), settings);
            var categories = part.Examples.SelectMany(example => CategoryColumn.Of(example.Values.GetValueOrDefault(settings.Name), settings.Separator));
            return new() { Settings = settings, Categories = CategoryColumn.MostFrequent(categories, settings.VocabularyOrDefault) };
        }

        if (width is < 1 or > 4096) throw new InvalidDataException($"{part.Examples[0].Origin}: {settings.Name} has vectors of {width} values, expected 1 to 4096.");
        Moments[] moments = [.. Enumerable.Range(0, width).Select(_ => new Moments())];
        foreach (var example in part.Examples)
        {
            var value = example.Values.GetValueOrDefault(settings.Name);
            Check(example, ValueProblem.OfVectors(value, width), settings);
            var values = ((ExampleValue.Vectors)value!).Values.Span;
            for (var i = 0; i < values.Length; i++) moments[i % width].Add(NumberColumn.Bend(values[i], settings.Scaling));
        }

        var isScaled = settings.Scaling != NumberScaling.None;
        return new()
        {
            Settings = settings,
            Offsets = [.. moments.Select(place => isScaled ? place.Mean : 0)],
            Scales = [.. moments.Select(place => isScaled ? place.DeviationOrOne : 1)],
        };
    }

    private static void Check(LabelledExample example, string? problem, ColumnSettings settings)
    {
        if (problem is not null) throw new InvalidDataException($"{example.Origin}: {settings.Name} {problem}.");
    }

    private float[] Vectors(ExampleValue.Vectors value)
    {
        var width = _column.Offsets!.Count;
        var steps = Math.Min(value.Values.Length / width, _column.Settings.MaxLength);
        var newest = value.Values.Span[^(steps * width)..];
        var scaled = new float[Math.Max(1, steps) * width];
        for (var i = 0; i < newest.Length; i++)
        {
            scaled[i] = NumberColumn.Scale(NumberColumn.Bend(newest[i], _column.Settings.Scaling), _column.Offsets[i % width], _column.Scales![i % width]);
        }

        return scaled;
    }
}
