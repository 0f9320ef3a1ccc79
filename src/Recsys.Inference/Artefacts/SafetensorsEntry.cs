namespace Recsys.Inference.Artefacts;

/// <summary>One tensor's line in a safetensors header; the offsets count from the start of the data.</summary>
internal sealed record SafetensorsEntry(string Name, TensorType Type, long[] Shape, long Begin, long End)
{
    internal string ShapeText => $"[{string.Join(", ", Shape)}]";
}
