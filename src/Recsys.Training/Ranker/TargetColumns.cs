using Recsys.Inference;
using Recsys.Inference.Ranker;
using Recsys.Training.Windows;

namespace Recsys.Training.Ranker;

/// <summary>Each user's targets up to an end, oldest first.</summary>
/// <param name="Items">Dense ids.</param>
/// <param name="Kinds">What kind each was.</param>
/// <param name="Strengths">How strong each was.</param>
internal sealed record TargetColumns(int[][] Items, InteractionKind[][] Kinds, byte[][] Strengths)
{
    /// <summary>Reads them off a log.</summary>
    /// <param name="log">The data.</param>
    /// <param name="ends">Where each user's targets end.</param>
    public static TargetColumns Of(InteractionLog log, ReadOnlySpan<int> ends)
    {
        var columns = new TargetColumns(new int[log.UserCount][], new InteractionKind[log.UserCount][], new byte[log.UserCount][]);
        for (var user = 0; user < log.UserCount; user++)
        {
            int[] places = [.. Enumerable.Range(log.UserStarts[user], ends[user] - log.UserStarts[user]).Where(log.IsTarget)];
            columns.Items[user] = Array.ConvertAll(places, at => log.Items[at]);
            columns.Kinds[user] = Array.ConvertAll(places, at => log.Kinds[at]);
            columns.Strengths[user] = Array.ConvertAll(places, at => log.Strengths[at]);
        }
        return columns;
    }

    /// <summary>Those of one user among the newest that a served user's lists go by, before a place in the log.</summary>
    /// <param name="log">The data.</param>
    /// <param name="target">Whose, and before what.</param>
    /// <param name="most">How many.</param>
    public static (int[] Items, InteractionKind[] Kinds, byte[] Strengths) Before(InteractionLog log, HeldOutTarget target, int most = SourceModels.HistoryLength)
    {
        var places = new List<int>(Math.Min(most, target.At - log.UserStarts[target.User]));
        for (var at = target.At - 1; at >= log.UserStarts[target.User] && places.Count < most; at--)
        {
            if (log.IsTarget(at))
                places.Add(at);
        }
        places.Reverse();
        return ([.. places.Select(at => log.Items[at])], [.. places.Select(at => log.Kinds[at])], [.. places.Select(at => log.Strengths[at])]);
    }
}
