namespace Recsys.Content.Metrics;

/// <summary>Examples of about the same confidence: how sure the network was of them, and how often it was right.</summary>
/// <param name="Examples">How many.</param>
/// <param name="Confidence">Mean probability told.</param>
/// <param name="Accuracy">Share that was right.</param>
public sealed record ReliabilityBin(int Examples, double Confidence, double Accuracy)
{
    private const int Bins = 10;

    /// <summary>Up to ten bins with as many examples each as equal confidences (which stay together) allow, least confident first.</summary>
    internal static IReadOnlyList<ReliabilityBin> Of(ReadOnlySpan<float> confidences, ReadOnlySpan<bool> isRight)
    {
        var (sorted, right) = (confidences.ToArray(), isRight.ToArray());
        Array.Sort(sorted, right);
        var bins = new List<ReliabilityBin>();
        for (var (start, bin) = (0, 1); start < sorted.Length; bin++)
        {
            var end = (int)((long)sorted.Length * bin / Bins);
            if (end <= start) continue;
            while (end < sorted.Length && sorted[end] == sorted[end - 1]) end++;
            var (sum, hits) = (0.0, 0);
            for (var i = start; i < end; i++) (sum, hits) = (sum + sorted[i], hits + (right[i] ? 1 : 0));
            bins.Add(new(end - start, sum / (end - start), hits / (double)(end - start)));
            start = end;
        }

        return bins;
    }

    internal static double Error(IReadOnlyList<ReliabilityBin> bins) =>
        bins.Sum(bin => bin.Examples * Math.Abs(bin.Confidence - bin.Accuracy)) / bins.Sum(bin => bin.Examples);
}
