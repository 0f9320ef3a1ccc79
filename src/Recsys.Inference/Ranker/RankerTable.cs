using System.Text.Json;
using Recsys.Inference.Matrices;

namespace Recsys.Inference.Ranker;

/// <summary>Candidates' features, column by column, so that sixteen candidates are computed at a time. Working memory of one thread, used again for the next list.</summary>
public sealed class RankerTable
{
    /// <summary>Columns: one a <see cref="RankerFeature"/>.</summary>
    public const int FeatureCount = 20;

    /// <summary>The columns' names in artefacts, in their order.</summary>
    public static IReadOnlyList<string> FeatureNames { get; } = [.. Enum.GetNames<RankerFeature>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    private float[] _values = [];
    private int _stride;

    /// <summary>Candidates.</summary>
    public int Count { get; private set; }

    /// <summary>Makes room for so many candidates; all values are 0.</summary>
    public void Reset(int count)
    {
        Count = count;
        _stride = GramKernel.Padded(Math.Max(count, 1));
        if (_values.Length < _stride * FeatureCount) _values = new float[_stride * FeatureCount];
        else _values.AsSpan(0, _stride * FeatureCount).Clear();
    }

    /// <summary>One feature of all candidates.</summary>
    public Span<float> Column(RankerFeature feature) => _values.AsSpan((int)feature * _stride, Count);

    /// <summary>The same with what is beyond the last candidate, a multiple of sixteen in all.</summary>
    internal Span<float> Padded(int feature) => _values.AsSpan(feature * _stride, _stride);

    internal int Stride => _stride;
}
