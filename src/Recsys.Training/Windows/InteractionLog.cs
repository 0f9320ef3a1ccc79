using System.IO.Hashing;
using System.Runtime.InteropServices;
using Recsys.Inference;
using Recsys.Storage.Archive;

namespace Recsys.Training.Windows;

/// <summary>All interactions of a training set, flat and column by column: user after user, each in canonical order.</summary>
internal sealed record InteractionLog
{
    /// <summary>Dense item id to store-wide item number; only items with an interaction have a dense id.</summary>
    public required uint[] ItemNumbers { get; init; }

    /// <summary>User u's interactions are at <c>UserStarts[u]</c> up to (not with) <c>UserStarts[u + 1]</c>.</summary>
    public required int[] UserStarts { get; init; }

    /// <summary>Dense item ids.</summary>
    public required int[] Items { get; init; }

    public required InteractionKind[] Kinds { get; init; }

    public required byte[] Strengths { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long[] TimesMs { get; init; }

    /// <summary>[items]: what the catalogue says of them; null: nobody asked it.</summary>
    public TrainingItemFacts[]? Facts { get; init; }

    /// <summary>What users were shown; null: nobody knows.</summary>
    public ShownLists? Shown { get; init; }

    public int UserCount => UserStarts.Length - 1;

    public int ItemCount => ItemNumbers.Length;

    public int InteractionCount => Items.Length;

    /// <summary>Whether the interaction at this place is something to learn to predict.</summary>
    public bool IsTarget(int index) => Strength.IsTarget(Kinds[index], Strengths[index]);

    /// <summary>The log with what is known of its items.</summary>
    /// <param name="numbers">Item numbers, ascending, with all of the log's among them.</param>
    /// <param name="facts">Theirs; null: nobody asked the catalogue.</param>
    public InteractionLog WithFacts(uint[] numbers, TrainingItemFacts[]? facts) =>
        this with { Facts = facts is null ? null : Array.ConvertAll(ItemNumbers, number => facts[Array.BinarySearch(numbers, number)]) };

    /// <summary>
    /// About when a play began, so when it was chosen: its time is when it ended. What it lasted is what was played of the item's length, if that's known; all else has no length. Unix ms, not before
    /// the user's interaction before it.
    /// </summary>
    /// <param name="index">Place in the log.</param>
    /// <param name="start">Where its user's interactions begin.</param>
    public long ChosenMs(int index, int start)
    {
        var lasted = Kinds[index] == InteractionKind.Play && Strengths[index] != Strength.Unknown && Facts is { } facts ? Strength.ToShare(Strengths[index]) * facts[Items[index]].DurationMs : 0;
        var began = TimesMs[index] - (long)lasted;
        return index > start ? Math.Max(began, Math.Min(TimesMs[index - 1], TimesMs[index])) : began;
    }

    /// <summary>The bucket of the time since the user's interaction before it; unknown for the user's first.</summary>
    /// <param name="index">Place in the log.</param>
    /// <param name="start">Where its user's interactions, or the part of them that the network reads, begin.</param>
    public byte GapBefore(int index, int start) => index <= start ? TimeGap.Unknown : TimeGap.Bucket(TimesMs[index] - TimesMs[index - 1]);

    /// <summary>Target interactions an item: [items].</summary>
    public int[] CountTargets() => CountTargets(UserStarts.AsSpan(1));

    /// <summary>How often each item is a target in each user's log from its start up to (not with) an end: [items].</summary>
    public int[] CountTargets(ReadOnlySpan<int> ends)
    {
        var counts = new int[ItemCount];
        for (var user = 0; user < UserCount; user++)
            for (var i = UserStarts[user]; i < ends[user]; i++)
                if (IsTarget(i))
                    counts[Items[i]]++;
        return counts;
    }

    /// <summary>A hash of everything in the log and of where each user's training ends, in hexadecimal.</summary>
    public string Fingerprint(int[] ends)
    {
        var hash = new XxHash128();
        hash.Append(MemoryMarshal.AsBytes(ItemNumbers.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(UserStarts.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(Items.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(Kinds.AsSpan()));
        hash.Append(Strengths);
        hash.Append(MemoryMarshal.AsBytes(TimesMs.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(ends.AsSpan()));
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
