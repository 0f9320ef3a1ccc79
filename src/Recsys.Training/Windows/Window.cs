namespace Recsys.Training.Windows;

/// <summary>A stretch of one user's log that the network reads from a zero state: inputs Start .. Start + Length - 1; each may predict the one after it.</summary>
/// <param name="User">Whose.</param>
/// <param name="Start">Place of the first input in the log.</param>
/// <param name="Length">Inputs.</param>
/// <param name="Targets">How many of the inputs are followed by a target.</param>
internal readonly record struct Window(int User, int Start, int Length, int Targets)
{
    /// <summary>The shortest newest window of a history that needs several, as a share of the longest.</summary>
    private const double LeastShare = 0.25;

    /// <summary>
    /// Cuts every user's training range, from its end, into windows of at most <paramref name="length"/> inputs; those without a target are left out. Where a range
    /// needs several, the newest is of random length: cut elsewhere each epoch, a target is predicted from more and from less than before.
    /// </summary>
    public static Window[] Cut(InteractionLog log, ValidationSplit split, int length, Random random)
    {
        var windows = new List<Window>();
        for (var user = 0; user < log.UserCount; user++)
        {
            var inputs = split.TrainingEnds[user] - 1 - log.UserStarts[user];
            var most = inputs <= length ? length : random.Next((int)Math.Ceiling(length * LeastShare), length + 1);
            // The last input of a window predicts the first of the next, so windows overlap by that one.
            for (var end = split.TrainingEnds[user]; end - log.UserStarts[user] >= 2; end -= most, most = length)
            {
                var start = Math.Max(log.UserStarts[user], end - 1 - most);
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
