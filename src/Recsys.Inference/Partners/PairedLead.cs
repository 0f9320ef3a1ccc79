namespace Recsys.Inference.Partners;

/// <summary>How sure it is that one ranking is better than another, from both rankings of the same cases.</summary>
internal static class PairedLead
{
    /// <summary>The mean difference in standard errors of that mean; infinite where all differences are equal and not 0.</summary>
    /// <param name="differences">Case by case.</param>
    public static double InStandardErrors(ReadOnlySpan<double> differences)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var difference in differences)
        {
            sum += difference;
            squares += difference * difference;
        }

        if (sum == 0) return 0;
        var mean = sum / differences.Length;
        var variance = (squares / differences.Length) - (mean * mean);
        return variance <= 1e-12 * mean * mean ? double.PositiveInfinity * Math.Sign(mean) : mean / Math.Sqrt(variance / differences.Length);
    }
}
