using System.Text;

namespace Recsys.Content.Preprocessing.Texts;

/// <summary>
/// Unicode normalisation form KC (Unicode Standard Annex 15): wide, mathematical, circled and joined forms become plain letters, letters and their marks become one. Written here because
/// <see cref="string.Normalize(NormalizationForm)"/> does nothing without ICU.
/// </summary>
internal static class Nfkc
{
    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TailBase = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Tails = 28;
    private const int Syllables = Leads * Vowels * Tails;

    private static readonly Lazy<NfkcTables> Tables = new(NfkcTables.Read);

    /// <summary>The text in form KC; half a surrogate pair becomes U+FFFD.</summary>
    internal static string Apply(string text)
    {
        if (Ascii.IsValid(text)) return text;
        var tables = Tables.Value;
        var points = new List<int>(text.Length + 16);
        foreach (var rune in text.EnumerateRunes()) Decompose(tables, rune.Value, points);
        Order(tables, points);
        return Compose(tables, points);
    }

    private static void Decompose(NfkcTables tables, int point, List<int> points)
    {
        var syllable = point - SyllableBase;
        if (syllable is >= 0 and < Syllables)
        {
            points.Add(LeadBase + (syllable / (Vowels * Tails)));
            points.Add(VowelBase + (syllable % (Vowels * Tails) / Tails));
            if (syllable % Tails > 0) points.Add(TailBase + (syllable % Tails));
            return;
        }

        if (tables.Decompositions.TryGetValue(point, out var parts)) points.AddRange(parts);
        else points.Add(point);
    }

    // Marks sort by class, those of the same class stay in order. A run of marks is text that someone may have made long: sorted as a whole, not by neighbours.
    private static void Order(NfkcTables tables, List<int> points)
    {
        for (var start = 0; start < points.Count;)
        {
            if (tables.ClassOf(points[start]) == 0)
            {
                start++;
                continue;
            }

            var end = start;
            while (end < points.Count && tables.ClassOf(points[end]) != 0) end++;
            if (end - start > 1)
            {
                int[] sorted = [.. points.GetRange(start, end - start).OrderBy(tables.ClassOf)];
                for (var i = 0; i < sorted.Length; i++) points[start + i] = sorted[i];
            }

            start = end;
        }
    }

    private static string Compose(NfkcTables tables, List<int> points)
    {
        var (kept, starter, lastClass) = (0, -1, 0);
        for (var i = 0; i < points.Count; i++)
        {
            var (point, pointClass) = (points[i], tables.ClassOf(points[i]));
            var adjacent = starter == kept - 1;
            if (starter >= 0 && (adjacent || lastClass < pointClass) && Composite(tables, points[starter], point) is { } composed)
            {
                points[starter] = composed;
                continue;
            }

            if (pointClass == 0) starter = kept;
            lastClass = pointClass;
            points[kept++] = point;
        }

        var text = new StringBuilder(kept);
        for (var i = 0; i < kept; i++) text.Append(new Rune(points[i]).ToString());
        return text.ToString();
    }

    private static int? Composite(NfkcTables tables, int first, int second)
    {
        var (lead, vowel) = (first - LeadBase, second - VowelBase);
        if (lead is >= 0 and < Leads && vowel is >= 0 and < Vowels) return SyllableBase + (((lead * Vowels) + vowel) * Tails);
        var (syllable, tail) = (first - SyllableBase, second - TailBase);
        if (syllable is >= 0 and < Syllables && syllable % Tails == 0 && tail is > 0 and < Tails) return first + tail;
        return tables.Composites.TryGetValue((first, second), out var composed) ? composed : null;
    }
}
