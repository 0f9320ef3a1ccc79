using System.Globalization;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;

namespace Recsys.Content.Examples;

/// <summary>Makes values, targets and parts of texts. Each message is the rest of a sentence that begins with where it was found.</summary>
/// <param name="spec">The columns, the target, the column that says the part.</param>
/// <param name="mostImageBytes">Of an image.</param>
internal sealed class ExampleFields(NetworkSpec spec, int mostImageBytes)
{
    /// <summary>How much of a wrong text a message shows.</summary>
    private const int Shown = 60;

    private const int MostLabelBytes = 256;

    internal NetworkSpec Spec { get; } = spec;

    /// <summary>The value of a column's text; null: it's empty, so unknown.</summary>
    /// <exception cref="InvalidDataException">It's not what the column holds.</exception>
    internal ExampleValue? Value(ColumnSettings column, string text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        switch (column.Kind)
        {
            case ColumnKind.Number:
                return new ExampleValue.Number(Number(column.Name, text));
            case ColumnKind.Image:
                return new ExampleValue.Image(Decode(column.Name, text));
            case ColumnKind.Sequence when column.Separator.Length == 0:
                return new ExampleValue.Texts(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            default:
                return new ExampleValue.Text(text);
        }
    }

    /// <summary>Classes or labels in a target's text.</summary>
    /// <exception cref="InvalidDataException">There's no class where one is expected, or one is too long.</exception>
    internal IReadOnlyList<string> Labels(string text) =>
        Spec.Network.Task == NetworkTask.Labels ? Labels(text.Split(Spec.LabelSeparator.Length == 0 ? "|" : Spec.LabelSeparator)) : Labels([text]);

    /// <summary>Classes or labels, trimmed, each once.</summary>
    /// <exception cref="InvalidDataException">There's not one class where one is expected, or one is too long.</exception>
    internal IReadOnlyList<string> Labels(IEnumerable<string> given)
    {
        string[] labels = [.. given.Select(label => label.Trim()).Where(label => label.Length > 0).Distinct(StringComparer.Ordinal)];
        foreach (var label in labels)
        {
            if (label.Length > MostLabelBytes) throw new InvalidDataException($"{Spec.Target} holds '{Cut(label)}' of {label.Length} characters, expected at most {MostLabelBytes}.");
        }

        if (Spec.Network.Task == NetworkTask.Classes && labels.Length != 1)
        {
            throw new InvalidDataException($"{Spec.Target} is {(labels.Length == 0 ? "empty" : $"{labels.Length} classes")}, expected one class.");
        }

        return labels;
    }

    /// <summary>A finite number in a text.</summary>
    /// <exception cref="InvalidDataException">There's none.</exception>
    internal static double Number(string field, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw new InvalidDataException($"{field} is '{Cut(text)}', expected a finite number.");

    /// <summary>The part that a text names; null: it's empty, so the seed decides.</summary>
    /// <exception cref="InvalidDataException">It names none.</exception>
    internal static ExamplePart? Part(string field, string text) => text.Trim().ToLowerInvariant() switch
    {
        "" => null,
        "train" => ExamplePart.Train,
        "validation" => ExamplePart.Validation,
        "test" => ExamplePart.Test,
        _ => throw new InvalidDataException($"{field} is '{Cut(text)}', expected train, validation or test."),
    };

    /// <summary>An example of these values with the target in a text.</summary>
    /// <exception cref="InvalidDataException">The target is not what the task expects.</exception>
    internal LabelledExample Example(IReadOnlyDictionary<string, ExampleValue> values, string target, ExamplePart? part, string origin) =>
        Spec.Network.Task == NetworkTask.Number
            ? new(values, [], Number(Spec.Target, target), part, origin)
            : new(values, Labels(target), 0, part, origin);

    /// <summary>Bytes that are an image, if they aren't too many.</summary>
    /// <exception cref="InvalidDataException">They are.</exception>
    internal ExampleValue.Image Image(string field, byte[] encoded) => encoded.Length <= mostImageBytes
        ? new(encoded)
        : throw new InvalidDataException($"{field} has {encoded.Length} bytes, expected at most {mostImageBytes}.");

    internal static string Cut(string text) => text.Length <= Shown ? text : text[..(char.IsHighSurrogate(text[Shown - 1]) ? Shown - 1 : Shown)] + "...";

    private byte[] Decode(string field, string text)
    {
        var most = ((long)mostImageBytes + 2) / 3 * 4;
        if (text.Length > most) throw new InvalidDataException($"{field} has {text.Length} characters of base64, expected at most {most}.");
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"{field} is '{Cut(text)}', expected an image in base64.", e);
        }
    }
}
