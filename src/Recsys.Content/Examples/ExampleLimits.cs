namespace Recsys.Content.Examples;

/// <summary>How much is read at most, so that no file fills the memory.</summary>
public sealed record ExampleLimits
{
    /// <summary>The most examples. Default: 5,000,000.</summary>
    public int MostExamples { get; init; } = 5_000_000;

    /// <summary>The most bytes of all values together, as they are held. Default: 4 GiB.</summary>
    public long MostBytes { get; init; } = 4L << 30;

    /// <summary>The most bytes of one image. Default: 16 MiB.</summary>
    public int MostImageBytes { get; init; } = 16 << 20;

    /// <summary>The most bytes that one file of a zip or a .gz with IDX data may unfold to. Default: 2 GiB less 1.</summary>
    public long MostUnfoldedBytes { get; init; } = int.MaxValue;

    /// <summary>How many times its size a file of a zip larger than 1 MiB may unfold to: what unfolds to more is a bomb, not a picture. Default: 200.</summary>
    public int MostRatio { get; init; } = 200;
}
