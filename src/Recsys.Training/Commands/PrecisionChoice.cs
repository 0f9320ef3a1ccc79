namespace Recsys.Training.Commands;

/// <summary>Precision of matrix products.</summary>
internal enum PrecisionChoice
{
    Auto,
    Float32,
    BFloat16,
}
