using Recsys.Content.Examples;

namespace Recsys.Content.Preprocessing;

/// <summary>
/// The examples that anything may be learned from: all of <see cref="ExamplePart.Train"/>. Whatever is fitted takes this, so that no validation or test example
/// gets into it by mistake.
/// </summary>
public sealed class TrainingPart
{
    private TrainingPart(IReadOnlyList<LabelledExample> examples) => Examples = examples;

    /// <summary>The examples, at least one.</summary>
    public IReadOnlyList<LabelledExample> Examples { get; }

    /// <summary>Those of a set whose part is <see cref="ExamplePart.Train"/>. The split must have been made: an example without a part is refused.</summary>
    /// <exception cref="InvalidDataException">An example has no part, or none is of the training part.</exception>
    public static TrainingPart Of(IEnumerable<LabelledExample> examples)
    {
        var kept = new List<LabelledExample>();
        foreach (var example in examples)
        {
            if (example.Part is null) throw new InvalidDataException($"{example.Origin} has no part, expected train, validation or test: split before fitting.");
            if (example.Part == ExamplePart.Train) kept.Add(example);
        }

        return kept.Count > 0 ? new(kept) : throw new InvalidDataException("There is no training example, expected at least one.");
    }
}
