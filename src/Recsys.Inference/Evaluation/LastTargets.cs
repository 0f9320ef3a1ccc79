namespace Recsys.Inference.Evaluation;

/// <summary>
/// Which of a user's interactions are left to learn from when the last targets are held out: one rule for evaluating and for tuning, so that what tuning sees never has a
/// test target in it.
/// </summary>
public static class LastTargets
{
    /// <summary>Targets that a user must have for one of them to be held out.</summary>
    public const int MinTargets = 3;

    /// <summary>Where the part to learn from ends: at the oldest held-out target, so that what lies behind it isn't learned from either; <paramref name="count"/>: nothing is held out.</summary>
    /// <param name="count">The user's interactions.</param>
    /// <param name="isTarget">Whether the interaction at this place, from 0, is something to predict.</param>
    /// <param name="leaveOut">How many targets to hold out, one after the other: each only where there are at least <see cref="MinTargets"/> left.</param>
    public static int Cut(int count, Func<int, bool> isTarget, int leaveOut)
    {
        var targets = 0;
        for (var i = 0; i < count; i++)
            if (isTarget(i))
                targets++;
        var end = count;
        for (; leaveOut > 0 && targets >= MinTargets; leaveOut--, targets--)
        {
            do
                end--;
            while (!isTarget(end));
        }

        return end;
    }
}
