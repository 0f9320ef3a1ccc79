namespace Recsys.Tests.Serving.Filters;

/// <summary>A filter's text beside what it means, said a second time in LINQ over the item itself.</summary>
/// <param name="Text">The filter.</param>
/// <param name="Means">The slow, independent answer.</param>
/// <param name="Binding">How closely its outermost operator binds: 0 OR, 1 AND, 2 all else.</param>
internal sealed record FilterSentence(string Text, Func<FilterCase, bool> Means, int Binding = 2)
{
    /// <summary>The sentence, in parentheses where it binds less closely than its place does.</summary>
    public string Within(int binding) => Binding < binding ? $"({Text})" : Text;

    public override string ToString() => Text;
}
