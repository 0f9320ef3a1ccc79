namespace Recsys.Content.Networks;

/// <summary>A convolution with stride 1 and padding that keeps the size, ReLU, then max-pooling.</summary>
public sealed record ConvolutionLayer
{
    /// <summary>Filters, 1 to 512. Default: 32.</summary>
    public int Filters { get; init; } = 32;

    /// <summary>Side of a filter in pixels, odd, 1 to 11. Default: 3.</summary>
    public int Kernel { get; init; } = 3;

    /// <summary>Side and stride of the max-pooling in pixels, 1 (none) to 8; what doesn't fill a window is left out. Default: 2.</summary>
    public int Pool { get; init; } = 2;
}
