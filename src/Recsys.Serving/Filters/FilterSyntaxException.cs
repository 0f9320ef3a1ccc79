namespace Recsys.Serving.Filters;

/// <summary>A filter's text is no filter.</summary>
/// <param name="position">Where, in characters (Unicode code points) from 1.</param>
/// <param name="problem">What is wrong there and what was expected.</param>
public sealed class FilterSyntaxException(int position, string problem) : Exception(FormattableString.Invariant($"at character {position}: {problem}"))
{
    /// <summary>Where, in characters (Unicode code points) from 1; one more than the text has where it ends too early.</summary>
    public int Position { get; } = position;

    /// <summary>What is wrong there and what was expected, without the position.</summary>
    public string Problem { get; } = problem;
}
