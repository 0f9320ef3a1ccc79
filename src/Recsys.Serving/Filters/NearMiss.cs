namespace Recsys.Serving.Filters;

/// <summary>Which known name somebody may have meant.</summary>
internal static class NearMiss
{
    private const int MaxDistance = 2;
    private const int MaxLength = 64;

    /// <summary>The nearest of the known names, case aside, at most two letters (a third of a short name) away; or null.</summary>
    public static string? Find(string name, IEnumerable<string> known)
    {
        if (name.Length > MaxLength) return null;
        var (nearest, best) = ((string?)null, int.MaxValue);
        foreach (var candidate in known)
        {
            var distance = Distance(name.ToLowerInvariant(), candidate);
            if (distance < best && distance <= Math.Clamp(candidate.Length / 3, 1, MaxDistance)) (nearest, best) = (candidate, distance);
        }

        return nearest;
    }

    /// <summary>Letters to insert, delete or replace (Levenshtein).</summary>
    private static int Distance(string first, string second)
    {
        var row = Enumerable.Range(0, second.Length + 1).ToArray();
        for (var i = 1; i <= first.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= second.Length; j++)
            {
                var replaced = diagonal + (first[i - 1] == second[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
