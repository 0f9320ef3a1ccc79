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

    /// <summary>Letters to insert, delete, replace or swap with the next one (optimal string alignment).</summary>
    private static int Distance(string first, string second)
    {
        var distance = new int[first.Length + 1, second.Length + 1];
        for (var i = 0; i <= first.Length; i++)
        {
            for (var j = 0; j <= second.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    distance[i, j] = i + j;
                    continue;
                }

                var replaced = distance[i - 1, j - 1] + (first[i - 1] == second[j - 1] ? 0 : 1);
                distance[i, j] = Math.Min(replaced, Math.Min(distance[i - 1, j], distance[i, j - 1]) + 1);
                if (i > 1 && j > 1 && first[i - 1] == second[j - 2] && first[i - 2] == second[j - 1])
                    distance[i, j] = Math.Min(distance[i, j], distance[i - 2, j - 2] + 1);
            }
        }

        return distance[first.Length, second.Length];
    }
}
