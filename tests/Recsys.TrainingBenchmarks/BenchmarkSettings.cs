namespace Recsys.TrainingBenchmarks;

/// <summary>What is measured. The same for all parts, so that they do the same work.</summary>
internal sealed record BenchmarkSettings
{
    /// <summary>Folder of a training set; null: a generated log.</summary>
    public string? TrainingSet { get; init; }

    /// <summary>Users of the generated log; as many as ML-1M has.</summary>
    public int Users { get; init; } = 6040;

    public int Blocks { get; init; } = 2;

    public int HiddenSize { get; init; } = 192;

    public int EmbeddingSize { get; init; } = 192;

    /// <summary>Windows of a batch, each of at most 200 inputs.</summary>
    public int BatchWindows { get; init; } = 64;

    /// <summary>Threads: libtorch's in the plain loop, lanes in the trainer.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>How often each part is measured, in turn.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>How long a measurement takes, after two steps that aren't counted.</summary>
    public double Seconds { get; init; } = 20;
}
