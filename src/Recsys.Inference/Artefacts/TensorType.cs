namespace Recsys.Inference.Artefacts;

/// <summary>What a tensor's values are; all of four bytes, so that none is ever misaligned.</summary>
public enum TensorType
{
    /// <summary>float32, <c>F32</c> in a file.</summary>
    Float32,

    /// <summary>int32, <c>I32</c> in a file.</summary>
    Int32,
}
