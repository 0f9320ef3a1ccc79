using System.Runtime.InteropServices;

namespace Recsys.Inference.Experiments;

/// <summary>
/// Adds up what happened, user by user: users are what was split at random, so they are what intervals must be made from. Outcomes may come in any order and pieces, and accumulators of parts
/// of a log may be merged: the sums are the same (played time up to rounding). Memory: about 60 bytes a user (a dictionary's entry), whatever the number of outcomes; 120 while it
/// grows. Not safe for use by several threads at once: give each its own, and merge.
/// </summary>
public sealed class ExperimentAccumulator
{
    private readonly Dictionary<ulong, UserTotals> _users = [];

    /// <summary>Starts empty.</summary>
    /// <param name="variantCount">How many variants there are.</param>
    public ExperimentAccumulator(int variantCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(variantCount, 1);
        VariantCount = variantCount;
    }

    /// <summary>How many variants there are.</summary>
    public int VariantCount { get; }

    /// <summary>Users met so far, those without an exposure and in several variants included.</summary>
    public int UserCount => _users.Count;

    internal IReadOnlyCollection<UserTotals> Users => _users.Values;

    /// <summary>Adds an outcome.</summary>
    /// <exception cref="ArgumentException">There is no such variant, or a figure is below 0 or not finite.</exception>
    public void Add(in UserOutcome outcome)
    {
        if ((uint)outcome.Variant >= (uint)VariantCount) throw new ArgumentException($"Variant is {outcome.Variant}; there are {VariantCount}, from 0.", nameof(outcome));
        if (outcome.Exposures < 0 || outcome.Plays < 0 || !(outcome.PlayedSeconds >= 0 && double.IsFinite(outcome.PlayedSeconds)))
            throw new ArgumentException($"Exposures, plays and played seconds are 0 or more, not {outcome}.", nameof(outcome));
        Add(outcome.User, new(outcome.Variant, outcome.Exposures, outcome.Plays, outcome.PlayedSeconds));
    }

    /// <summary>Adds everything that another accumulator of the same experiment has.</summary>
    public void Merge(ExperimentAccumulator other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.VariantCount != VariantCount) throw new ArgumentException($"It is of {other.VariantCount} variants, this one of {VariantCount}.", nameof(other));
        if (ReferenceEquals(other, this)) throw new ArgumentException("It can't be merged into itself.", nameof(other));
        foreach (var (user, totals) in other._users) Add(user, totals);
    }

    private void Add(ulong user, in UserTotals totals)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_users, user, out var exists);
        known = exists ? known.Plus(totals) : totals;
    }
}
