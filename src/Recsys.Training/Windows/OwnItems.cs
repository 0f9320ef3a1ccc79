namespace Recsys.Training.Windows;

/// <summary>The distinct items of each user's training range.</summary>
internal static class OwnItems
{
    /// <summary>For each user the dense items before <paramref name="ends"/>, each once.</summary>
    public static int[][] Of(InteractionLog log, int[] ends)
    {
        var items = new int[log.UserCount][];
        for (var user = 0; user < items.Length; user++)
            items[user] = [.. log.Items[log.UserStarts[user]..ends[user]].Distinct()];
        return items;
    }
}
