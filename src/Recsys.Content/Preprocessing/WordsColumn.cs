using Recsys.Content.Examples;
using Recsys.Content.Preprocessing.Texts;

namespace Recsys.Content.Preprocessing;

/// <summary>A text as words and word pairs: a place for each that is known.</summary>
internal sealed class WordsColumn(FittedColumn column) : IFeatureColumn
{
    private readonly WordWeights _words = new(column.Words!);

    public int Count => _words.Count;

    public string? Problem(ExampleValue? value) => ValueProblem.OfText(value);

    public void Add(ExampleValue? value, int first, List<int> indices, List<float> values)
    {
        var vector = _words.Of(Cleaned(value, column.Settings));
        foreach (var index in vector.Indices) indices.Add(first + index);
        values.AddRange(vector.Values);
    }

    /// <summary>The cleaned text of a value; several are joined; none is empty.</summary>
    internal static string Cleaned(ExampleValue? value, ColumnSettings settings)
    {
        var text = value switch
        {
            ExampleValue.Text one => one.Value,
            ExampleValue.Texts several => string.Join('\n', several.Values),
            _ => "",
        };
        return TextCleaner.Apply(text, settings.Clean, settings.LowerCase);
    }
}
