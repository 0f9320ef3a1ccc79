using System.Globalization;
using Recsys.Content.Examples;
using Recsys.Content.Preprocessing.Texts;

namespace Recsys.Content.Preprocessing;

/// <summary>What can be wrong with a value whatever was learned of its column, said as the rest of a sentence that begins with the column's name.</summary>
internal static class ValueProblem
{
    private const int MostValues = 1_000_000;

    internal static string? OfNumber(ExampleValue? value) => value switch
    {
        null => null,
        ExampleValue.Number number when double.IsFinite(number.Value) => null,
        ExampleValue.Number number => $"is {number.Value.ToString(CultureInfo.InvariantCulture)}, expected a finite number",
        _ => $"is {NameOf(value)}, expected a number",
    };

    internal static string? OfText(ExampleValue? value) => value switch
    {
        null => null,
        ExampleValue.Text { Value: null } or ExampleValue.Texts { Values: null } => "is null, expected a text",
        ExampleValue.Text text => LengthProblem(text.Value.Length),
        ExampleValue.Texts texts => texts.Values.Contains(null!) ? "holds null, expected texts" : LengthProblem(texts.Values.Sum(text => text.Length + 1L)),
        _ => $"is {NameOf(value)}, expected a text",
    };

    internal static string? OfCategories(ExampleValue? value) => value is ExampleValue.Number ? OfNumber(value) : OfText(value);

    internal static string? OfImage(ExampleValue? value) => value switch
    {
        null => "is missing, expected an image",
        ExampleValue.Image image => Images.ImageDecoder.Problem(image.Encoded),
        _ => $"is {NameOf(value)}, expected an image",
    };

    internal static string? OfVectors(ExampleValue? value, int width)
    {
        if (value is null) return "is missing, expected a sequence of vectors";
        if (value is not ExampleValue.Vectors vectors) return $"is {NameOf(value)}, expected a sequence of vectors";
        if (vectors.Width != width) return $"has vectors of {vectors.Width} values, expected {width}";
        var values = vectors.Values.Span;
        if (values.Length > MostValues) return $"has {values.Length} values, expected at most {MostValues}";
        if (values.Length % width != 0) return $"has {values.Length} values, expected a multiple of {width}: whole vectors";
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i])) return $"holds {values[i].ToString(CultureInfo.InvariantCulture)} in step {i / width}, expected finite numbers";
        }

        return null;
    }

    internal static string NameOf(ExampleValue value) => value switch
    {
        ExampleValue.Number => "a number",
        ExampleValue.Text => "a text",
        ExampleValue.Texts => "several texts",
        ExampleValue.Vectors => "a sequence of vectors",
        _ => "an image",
    };

    private static string? LengthProblem(long length) => length > TextCleaner.MostCharacters ? $"has {length} characters, expected at most {TextCleaner.MostCharacters}" : null;
}
