using Recsys.Inference.Artefacts;

namespace Recsys.Inference.Ranker;

/// <summary>
/// A ranker as tensors of float32 of an artefact: <c>ranker.mean</c>, <c>ranker.scale</c>, <c>ranker.linear</c> (F), <c>ranker.hidden</c> (H1, F), <c>ranker.hidden_bias</c> (H1),
/// <c>ranker.middle</c> (H2, H1), <c>ranker.middle_bias</c> (H2), <c>ranker.output</c> (H2).
/// </summary>
public static class RankerTensors
{
    /// <summary>The names of all.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["ranker.mean", "ranker.scale", "ranker.linear", "ranker.hidden", "ranker.hidden_bias", "ranker.middle", "ranker.middle_bias", "ranker.output"];

    /// <summary>The tensors, in file order.</summary>
    public static IReadOnlyList<NamedTensor> Of(RankerWeights weights)
    {
        var (f, h1, h2) = (weights.Features, weights.HiddenBias.Length, weights.MiddleBias.Length);
        return
        [
            new(Names[0], [f], weights.Mean),
            new(Names[1], [f], weights.Scale),
            new(Names[2], [f], weights.Linear),
            new(Names[3], [h1, f], weights.Hidden),
            new(Names[4], [h1], weights.HiddenBias),
            new(Names[5], [h2, h1], weights.Middle),
            new(Names[6], [h2], weights.MiddleBias),
            new(Names[7], [h2], weights.Output),
        ];
    }

    /// <summary>Reads and checks a ranker.</summary>
    /// <param name="file">Where it is.</param>
    /// <exception cref="InvalidDataException">A tensor is missing or of another shape or type than the others say, or holds a value that is not finite.</exception>
    public static RankerNetwork Read(SafetensorsFile file)
    {
        var (f, h1, h2) = (Length(file, 0), Length(file, 4), Length(file, 6));
        return new(new(
            file.Copy(new(Names[0], [f])),
            file.Copy(new(Names[1], [f])),
            file.Copy(new(Names[2], [f])),
            file.Copy(new(Names[3], [h1, f])),
            file.Copy(new(Names[4], [h1])),
            file.Copy(new(Names[5], [h2, h1])),
            file.Copy(new(Names[6], [h2])),
            file.Copy(new(Names[7], [h2]))));
    }

    private static int Length(SafetensorsFile file, int name) =>
        file.ShapeOf(Names[name]) is [> 0 and <= 4096 and var length] ? (int)length : throw new InvalidDataException($"'{Names[name]}' is missing or is no vector of 1 to 4096 values.");
}
