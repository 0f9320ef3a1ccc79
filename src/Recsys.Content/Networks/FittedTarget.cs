using Recsys.Content.Preprocessing;

namespace Recsys.Content.Networks;

/// <summary>What a network tells, as learned from the training part: its labels, or the scale of its number.</summary>
public sealed record FittedTarget
{
    /// <summary>Classes or labels in the order of the outputs, sorted by ordinal; empty where the target is a number.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Of a number: its mean. The output times <see cref="Deviation"/>, plus this, is the number in its unit.</summary>
    public double Mean { get; init; }

    /// <summary>Of a number: its standard deviation, above 0; 1 where it's always the same.</summary>
    public double Deviation { get; init; } = 1;

    /// <summary>How many outputs the network has.</summary>
    public int Outputs() => Math.Max(1, Labels.Count);

    /// <summary>Learns it.</summary>
    /// <exception cref="InvalidDataException">
    /// Fewer than two classes or no label have <see cref="NetworkSpec.LeastExamples"/>, there are more than <see cref="NetworkSpec.MostLabels"/>, or a number
    /// isn't finite.
    /// </exception>
    public static FittedTarget Fit(NetworkSpec spec, TrainingPart part)
    {
        if (spec.Network.Task == NetworkTask.Number) return OfNumbers(part);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var example in part.Examples)
        {
            if (spec.Network.Task == NetworkTask.Classes && example.Labels.Count != 1)
            {
                throw new InvalidDataException($"{example.Origin}: {spec.Target} has {example.Labels.Count} classes, expected exactly one.");
            }

            foreach (var label in example.Labels.Distinct(StringComparer.Ordinal)) counts[label] = counts.GetValueOrDefault(label) + 1;
        }

        string[] labels = [.. counts.Where(entry => entry.Value >= spec.LeastExamples).Select(entry => entry.Key).Order(StringComparer.Ordinal)];
        var least = spec.Network.Task == NetworkTask.Classes ? 2 : 1;
        if (labels.Length < least)
        {
            throw new InvalidDataException($"{spec.Target}: {labels.Length} of {counts.Count} labels have {spec.LeastExamples} training examples, expected at least {least} that do.");
        }

        if (labels.Length > NetworkSpec.MostLabels) throw new InvalidDataException($"{spec.Target} has {labels.Length} labels, expected at most {NetworkSpec.MostLabels}.");
        return new() { Labels = labels };
    }

    /// <summary>What is wrong with it for a spec, or null.</summary>
    internal string? Problem(NetworkSpec spec)
    {
        if (Labels is null) return "labels are missing";
        var least = spec.Network.Task switch { NetworkTask.Classes => 2, NetworkTask.Labels => 1, _ => 0 };
        var most = spec.Network.Task == NetworkTask.Number ? 0 : NetworkSpec.MostLabels;
        if (Labels.Count < least || Labels.Count > most) return $"labels are {Labels.Count}, expected {least} to {most} where the task is {spec.Network.Task}";
        if (Labels.Any(string.IsNullOrEmpty) || Labels.Distinct(StringComparer.Ordinal).Count() != Labels.Count) return "labels hold an empty one, or one twice";
        if (!double.IsFinite(Mean)) return $"mean is {Mean}, expected a finite number";
        return Deviation > 0 && double.IsFinite(Deviation) ? null : $"deviation is {Deviation}, expected a finite number above 0";
    }

    private static FittedTarget OfNumbers(TrainingPart part)
    {
        var moments = new Moments();
        foreach (var example in part.Examples)
        {
            if (!double.IsFinite(example.Target)) throw new InvalidDataException($"{example.Origin}: the target is {example.Target}, expected a finite number.");
            moments.Add(example.Target);
        }

        return new() { Labels = [], Mean = moments.Mean, Deviation = moments.DeviationOrOne };
    }
}
