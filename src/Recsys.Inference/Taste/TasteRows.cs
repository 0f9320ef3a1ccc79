namespace Recsys.Inference.Taste;

/// <summary>Who has interacted with what, row by row, with confidences: users' items, or items' users. Immutable.</summary>
internal sealed class TasteRows
{
    private readonly int[] _offsets;
    private readonly int[] _others;
    private readonly float[] _confidences;

    private TasteRows(int[] offsets, int[] others, float[] confidences) => (_offsets, _others, _confidences) = (offsets, others, confidences);

    internal int Count => _offsets.Length - 1;

    /// <summary>One row's columns; a repeat is there as often as it occurred.</summary>
    internal ReadOnlySpan<int> OthersOf(int row) => _others.AsSpan(_offsets[row].._offsets[row + 1]);

    /// <summary>Their confidences; empty where all are 1.</summary>
    internal ReadOnlySpan<float> ConfidencesOf(int row) => _confidences.Length == 0 ? [] : _confidences.AsSpan(_offsets[row].._offsets[row + 1]);

    /// <summary>Each user's items.</summary>
    internal static TasteRows Of(IReadOnlyList<int[]> sequences, IReadOnlyList<float[]>? confidences)
    {
        var offsets = new int[sequences.Count + 1];
        for (var user = 0; user < sequences.Count; user++) offsets[user + 1] = checked(offsets[user] + sequences[user].Length);
        var (others, weights) = (new int[offsets[^1]], confidences is null ? [] : new float[offsets[^1]]);
        for (var user = 0; user < sequences.Count; user++)
        {
            sequences[user].CopyTo(others, offsets[user]);
            confidences?[user].CopyTo(weights, offsets[user]);
        }

        return new(offsets, others, weights);
    }

    /// <summary>The same the other way round; in each row, ascending.</summary>
    internal TasteRows Transposed(int count)
    {
        var offsets = new int[count + 1];
        foreach (var other in _others) offsets[other + 1]++;
        for (var row = 0; row < count; row++) offsets[row + 1] += offsets[row];
        var (others, weights, next) = (new int[_others.Length], new float[_confidences.Length], offsets[..count]);
        for (var row = 0; row < Count; row++)
        {
            for (var at = _offsets[row]; at < _offsets[row + 1]; at++)
            {
                var place = next[_others[at]]++;
                others[place] = row;
                if (weights.Length > 0) weights[place] = _confidences[at];
            }
        }

        return new(offsets, others, weights);
    }
}
