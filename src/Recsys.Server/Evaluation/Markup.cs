using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Recsys.Server.Evaluation;

/// <summary>
/// Builds HTML and SVG as XML elements: every text and attribute is escaped by being one. The page is XML as well as HTML, so no element may be empty but those that
/// HTML leaves empty, and SVG's.
/// </summary>
internal static class Markup
{
    /// <summary>An element.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <param name="content">Elements and texts.</param>
    public static XElement El(string name, (string Name, string Value)[] attributes, params object[] content) =>
        new(name, attributes.Select(attribute => new XAttribute(attribute.Name, Clean(attribute.Value))), content.Select(part => part is string text ? Clean(text) : part));

    /// <summary>An element without attributes.</summary>
    public static XElement El(string name, params object[] content) => El(name, [], content);

    /// <summary>A text of a drawing.</summary>
    public static XElement Label(double x, double y, string text, string anchor = "start", string style = "label") =>
        El("text", [("x", Number(x)), ("y", Number(y)), ("text-anchor", anchor), ("class", style)], text);

    /// <summary>A line of a drawing.</summary>
    public static XElement Line(double x1, double y1, double x2, double y2, string style) =>
        El("line", [("x1", Number(x1)), ("y1", Number(y1)), ("x2", Number(x2)), ("y2", Number(y2)), ("class", style)]);

    /// <summary>A drawing.</summary>
    /// <param name="width">Width.</param>
    /// <param name="height">Height.</param>
    /// <param name="description">What it shows, for those who can't see it.</param>
    /// <param name="content">Its parts.</param>
    public static XElement Drawing(double width, double height, string description, IEnumerable<XElement> content) => El(
        "svg",
        [("viewBox", $"0 0 {Number(width)} {Number(height)}"), ("width", Number(width)), ("height", Number(height)), ("role", "img"), ("aria-label", description)],
        [.. content]);

    /// <summary>A coordinate.</summary>
    public static string Number(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);

    /// <summary>A text cut to what there's room for.</summary>
    public static string Cut(string text, int length) => text.Length <= length ? text : $"{text[..(length - 1)]}\u2026";

    /// <summary>Names and notes come from anywhere; what no XML can hold becomes a mark that something was there.</summary>
    private static string Clean(string text)
    {
        var chars = text.ToCharArray();
        for (var i = 0; i < chars.Length; i++)
        {
            if (char.IsHighSurrogate(chars[i]) && i + 1 < chars.Length && char.IsLowSurrogate(chars[i + 1])) i++;
            else if (!XmlConvert.IsXmlChar(chars[i])) chars[i] = '\uFFFD';
        }

        return new(chars);
    }
}
