namespace Recsys.Content.Networks;

/// <summary>What a network's tensors depend on besides its settings: told by the fitted preprocessing and the target.</summary>
public sealed record NetworkSizes
{
    /// <summary>Dense: values of the vector that it reads. Text with the wide way: words and word pairs that are known. Else 0.</summary>
    public int Features { get; init; }

    /// <summary>Convolutional: 1 or 3 channels. Else 0.</summary>
    public int Channels { get; init; }

    /// <summary>Convolutional: pixels from top to bottom. Else 0.</summary>
    public int Height { get; init; }

    /// <summary>Convolutional: pixels from left to right. Else 0.</summary>
    public int Width { get; init; }

    /// <summary>Text, and recurrent where steps are categories: rows of the embedding. Else 0.</summary>
    public int Ids { get; init; }

    /// <summary>Recurrent where steps are vectors: their values. Else 0.</summary>
    public int StepWidth { get; init; }

    /// <summary>Recurrent and text: the most steps of a sequence. Else 0.</summary>
    public int Steps { get; init; }

    /// <summary>Classes or labels; 1 where the target is a number.</summary>
    public required int Outputs { get; init; }
}
