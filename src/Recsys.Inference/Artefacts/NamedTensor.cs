namespace Recsys.Inference.Artefacts;

/// <summary>A float32 tensor to be written into an artefact.</summary>
/// <param name="Name">Its name in the file, such as <c>blocks.0.lstm.bias</c>.</param>
/// <param name="Shape">Its dimensions, each at least 1.</param>
/// <param name="Values">Its values, row-major: as many as the product of <paramref name="Shape"/>.</param>
public sealed record NamedTensor(string Name, IReadOnlyList<int> Shape, ReadOnlyMemory<float> Values);
