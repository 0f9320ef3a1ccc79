namespace Recsys.Inference.Kernels;

/// <summary>Feature maps of an image: planes of rows, with a border of zeros around each plane so that a convolution needs no case for edges, and rows as long as whole lanes need.</summary>
/// <param name="Channels">Planes.</param>
/// <param name="Height">Rows of a plane without its border.</param>
/// <param name="Width">Values of a row without its border.</param>
/// <param name="Border">Zeros on each side.</param>
internal readonly record struct Planes(int Channels, int Height, int Width, int Border)
{
    /// <summary>Values from one row to the next.</summary>
    internal int Stride => (2 * Border) + ((Width + Sixteen.Lanes - 1) / Sixteen.Lanes * Sixteen.Lanes);

    /// <summary>Values from one plane to the next.</summary>
    internal int PlaneLength => (Height + (2 * Border)) * Stride;

    /// <summary>Values of all.</summary>
    internal int Length => checked(Channels * PlaneLength);

    /// <summary>Where the first value of a row within the border is.</summary>
    internal int At(int channel, int row) => (channel * PlaneLength) + ((row + Border) * Stride) + Border;
}
