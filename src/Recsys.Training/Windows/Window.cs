namespace Recsys.Training.Windows;

/// <summary>A stretch of one user's log that the network reads from a zero state: inputs Start .. Start + Length - 1; each may predict the one after it.</summary>
/// <param name="User">Whose.</param>
/// <param name="Start">Place of the first input in the log.</param>
/// <param name="Length">Inputs.</param>
/// <param name="Targets">How many of the inputs are followed by a target.</param>
internal readonly record struct Window(int User, int Start, int Length, int Targets)
{
    /// <summary>Cuts every user's training range, from its end, into windows of at most <paramref name="length"/> inputs; those without a target are left out.</summary>
    public static Window[] Cut(InteractionLog log, ValidationSplit split, int length)
    {
        var windows = new List<Window>();
        for (var user = 0; user < log.UserCount; user++)
        {
            // The last input of a window predicts the first of the next, so windows overlap by that one.
            for (var end = split.TrainingEnds[user]; end - log.UserStarts[user] >= 2; end -= length)
            {
                var start = Math.Max(log.UserStarts[user], end - 1 - length);
                var targets = 0;
                for (var i = start + 1; i < end; i++)
                    if (log.IsTarget(i))
                        targets++;
                if (targets > 0)
                    windows.Add(new Window(user, start, end - 1 - start, targets));
            }
        }
        return [.. windows];
    }
}
