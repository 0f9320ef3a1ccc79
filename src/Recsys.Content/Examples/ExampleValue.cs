namespace Recsys.Content.Examples;

/// <summary>One value of an example: exactly one of the forms.</summary>
public abstract record ExampleValue
{
    private ExampleValue()
    {
    }

    /// <summary>A finite number.</summary>
    public sealed record Number(double Value) : ExampleValue;

    /// <summary>A text, or the name of a category.</summary>
    public sealed record Text(string Value) : ExampleValue;

    /// <summary>Several categories, or a sequence of them, oldest first.</summary>
    public sealed record Texts(IReadOnlyList<string> Values) : ExampleValue;

    /// <summary>A sequence of vectors of equal length, oldest first: row-major (steps, <paramref name="Width"/>).</summary>
    public sealed record Vectors(ReadOnlyMemory<float> Values, int Width) : ExampleValue;

    /// <summary>An encoded image: JPEG, PNG or WebP.</summary>
    public sealed record Image(ReadOnlyMemory<byte> Encoded) : ExampleValue;
}
