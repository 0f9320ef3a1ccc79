using Recsys.Content.Examples;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;

namespace Recsys.Training.Networks;

/// <summary>Labelled examples, split, with those left out that say nothing of any class that is known.</summary>
internal sealed record NetworkData
{
    /// <summary>Fewer training examples than this are memorised, not learned from.</summary>
    public const int LeastTrain = 20;

    /// <summary>Fewer than this to validate or test say nothing.</summary>
    public const int LeastHeldOut = 5;

    /// <summary>The outputs, as the training part has them.</summary>
    public required FittedTarget Target { get; init; }

    public required IReadOnlyList<LabelledExample> Train { get; init; }

    public required IReadOnlyList<LabelledExample> Validation { get; init; }

    public required IReadOnlyList<LabelledExample> Test { get; init; }

    /// <summary>How many were left out.</summary>
    public required int LeftOut { get; init; }

    /// <summary>What whoever reads the figures should know, a sentence each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    public NetworkDataSummary Summary => new() { Train = Train.Count, Validation = Validation.Count, Test = Test.Count, LeftOut = LeftOut };

    /// <summary>Splits, and finds the outputs.</summary>
    /// <exception cref="TrainingException">There is too little, or nothing to tell apart.</exception>
    /// <exception cref="InvalidDataException">An example's target is wrong, or there are too few or too many labels.</exception>
    public static NetworkData Of(IReadOnlyList<LabelledExample> examples, NetworkSpec spec)
    {
        if (examples.Count < LeastTrain + (2 * LeastHeldOut))
            throw new TrainingException($"too little to train on: {examples.Count} examples, needed are {LeastTrain + (2 * LeastHeldOut)}");
        var split = ExampleSplit.Split(examples, spec);
        if (split.All(example => example.Part != ExamplePart.Train))
            throw new TrainingException($"no example is of the training part, needed are {LeastTrain}");
        var target = FittedTarget.Fit(spec, TrainingPart.Of(split));
        var known = target.Labels.ToHashSet(StringComparer.Ordinal);
        var isByClass = spec.Network.Task == NetworkTask.Classes;
        var kept = isByClass ? [.. split.Where(example => known.Contains(example.Labels[0]))] : split;
        var data = new NetworkData
        {
            Target = target,
            Train = Part(kept, ExamplePart.Train),
            Validation = Part(kept, ExamplePart.Validation),
            Test = Part(kept, ExamplePart.Test),
            LeftOut = split.Count - kept.Count,
            Warnings = [.. WarningsOf(split, known, spec)],
        };
        data.CheckCounts();
        if (spec.Network.Task == NetworkTask.Number && data.Train.All(example => example.Target == data.Train[0].Target))
            throw new TrainingException($"{spec.Target} is {data.Train[0].Target} in all {data.Train.Count} training examples: there is nothing to learn");
        return data;
    }

    private static LabelledExample[] Part(IReadOnlyList<LabelledExample> examples, ExamplePart part) => [.. examples.Where(example => example.Part == part)];

    private void CheckCounts()
    {
        var missing = new List<string>();
        foreach (var (name, count, least) in ((string, int, int)[])[("train", Train.Count, LeastTrain), ("validation", Validation.Count, LeastHeldOut), ("test", Test.Count, LeastHeldOut)])
        {
            if (count < least)
                missing.Add($"the {name} part has {count} examples, needed are {least}");
        }
        if (missing.Count > 0)
            throw new TrainingException($"too little to train on: {string.Join("; ", missing)}{(LeftOut > 0 ? $" ({LeftOut} were left out)" : "")}");
    }

    private static IEnumerable<string> WarningsOf(IReadOnlyList<LabelledExample> split, HashSet<string> known, NetworkSpec spec)
    {
        if (spec.Network.Task == NetworkTask.Number)
            yield break;
        foreach (var part in Enum.GetValues<ExamplePart>())
        {
            var unknown = split.Where(example => example.Part == part && example.Labels.Any(label => !known.Contains(label))).ToList();
            if (unknown.Count == 0)
                continue;
            var labels = unknown.SelectMany(example => example.Labels).Where(label => !known.Contains(label)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
            var named = string.Join(", ", labels.Take(5).Select(label => $"'{label}'")) + (labels.Count > 5 ? ", ..." : "");
            var fate = spec.Network.Task == NetworkTask.Classes ? "left out" : "used without those";
            var examples = unknown.Count == 1 ? "1 example" : $"{unknown.Count} examples";
            yield return $"{examples} of the {part.ToString().ToLowerInvariant()} part, {fate}: of labels with fewer than {spec.LeastExamples} training examples ({named}).";
        }
    }
}
