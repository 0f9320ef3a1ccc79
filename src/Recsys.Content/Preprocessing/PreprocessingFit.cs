using Recsys.Content.Examples;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing.Texts;

namespace Recsys.Content.Preprocessing;

/// <summary>Learns what preprocessing needs to know of the data: means, scales, vocabularies, word pieces.</summary>
public static class PreprocessingFit
{
    /// <summary>Learns it from the training part, and from nothing else.</summary>
    /// <param name="spec">Without a problem.</param>
    /// <param name="part">The training part.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="InvalidDataException">An example's value is wrong (the message says which example's and what was expected).</exception>
    public static FittedPreprocessing Fit(NetworkSpec spec, TrainingPart part, CancellationToken cancellation = default)
    {
        if (spec.Problem() is { } problem) throw new ArgumentException($"{problem}.", nameof(spec));
        return spec.Network.Kind switch
        {
            NetworkKind.Text => Texts(spec, part, cancellation),
            _ => new() { Columns = [.. spec.Columns.Select(column => Fit(column, part, cancellation))] },
        };
    }

    private static FittedPreprocessing Texts(NetworkSpec spec, TrainingPart part, CancellationToken cancellation)
    {
        foreach (var column in spec.Columns) Check(part, column, ValueProblem.OfText);
        return PiecesColumns.Fit(spec.Columns, spec.Network.Wide, part, cancellation);
    }

    private static FittedColumn Fit(ColumnSettings column, TrainingPart part, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var values = part.Examples.Select(example => example.Values.GetValueOrDefault(column.Name));
        switch (column.Kind)
        {
            case ColumnKind.Number:
                Check(part, column, ValueProblem.OfNumber);
                return NumberColumn.Fit(column, values.OfType<ExampleValue.Number>().Select(number => number.Value));
            case ColumnKind.Category:
                Check(part, column, ValueProblem.OfCategories);
                var categories = values.SelectMany(value => CategoryColumn.Of(value, column.Separator).Distinct(StringComparer.Ordinal));
                return new() { Settings = column, Categories = CategoryColumn.MostFrequent(categories, column.VocabularyOrDefault) };
            case ColumnKind.Text:
                Check(part, column, ValueProblem.OfText);
                var words = new WordFit();
                foreach (var value in values) words.Add(WordsColumn.Cleaned(value, column));
                return new() { Settings = column, Words = words.Learn(column.VocabularyOrDefault) };
            case ColumnKind.Image:
                return ImageColumn.Fit(column, part, cancellation);
            default:
                return SequenceColumn.Fit(column, part);
        }
    }

    private static void Check(TrainingPart part, ColumnSettings column, Func<ExampleValue?, string?> problemOf)
    {
        foreach (var example in part.Examples)
        {
            if (problemOf(example.Values.GetValueOrDefault(column.Name)) is { } problem) throw new InvalidDataException($"{example.Origin}: {column.Name} {problem}.");
        }
    }
}
