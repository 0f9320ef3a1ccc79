using Recsys.Content.Examples;
using Recsys.Content.Networks;
using Recsys.Content.Preprocessing;

namespace Recsys.TrainingTests.Networks;

/// <summary>Labelled examples made by rules, so that it is known what there is to learn.</summary>
internal static class SampleExamples
{
    private static readonly string[] Letters = ["a", "b", "c", "d", "e"];
    private static readonly string[] Words = ["stone", "river", "lamp", "door", "tower", "bread", "horse", "cloud", "sword", "garden"];

    public static NetworkSpec Spec(NetworkKind kind) => kind switch
    {
        NetworkKind.Dense => WithColumns(kind, new() { Name = "x", Kind = ColumnKind.Number }, new() { Name = "y", Kind = ColumnKind.Number }),
        NetworkKind.Convolutional => WithColumns(kind, new ColumnSettings { Name = "image", Kind = ColumnKind.Image, Width = 16, Height = 16, Grey = true }),
        NetworkKind.Recurrent => WithColumns(kind, new ColumnSettings { Name = "steps", Kind = ColumnKind.Sequence }),
        _ => WithColumns(kind, new ColumnSettings { Name = "text", Kind = ColumnKind.Text, Vocabulary = 600 }),
    };

    /// <summary>
    /// Dense: whether x and y have the same sign. Convolutional: whether a bar lies or stands. Recurrent: whether "a" comes before "b". Text: whether
    /// "river" comes before "lamp", beside other words.
    /// </summary>
    public static List<LabelledExample> Of(NetworkKind kind, int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => kind switch
        {
            NetworkKind.Dense => Dense(random, i),
            NetworkKind.Convolutional => Image(random, i),
            NetworkKind.Recurrent => Steps(random, i),
            _ => Text(random, i),
        })];
    }

    /// <summary>The same examples with each other's classes: nothing to learn.</summary>
    public static List<LabelledExample> Shuffled(List<LabelledExample> examples, int seed)
    {
        var labels = examples.Select(example => example.Labels).ToArray();
        new Random(seed).Shuffle(labels);
        return [.. examples.Zip(labels, (example, its) => example with { Labels = its })];
    }

    private static NetworkSpec WithColumns(NetworkKind kind, params ColumnSettings[] columns) => new()
    {
        Columns = columns,
        Target = "class",
        Network = new()
        {
            Kind = kind,
            Hidden = kind is NetworkKind.Dense or NetworkKind.Convolutional ? [16] : [],
            Convolutions = [new() { Filters = 6, Pool = 4 }],
            LstmSize = 16,
            EmbeddingSize = 8,
            Dropout = 0,
            Epochs = 25,
            LearningRate = 1e-2f,
        },
    };

    private static LabelledExample Dense(Random random, int i)
    {
        var (x, y) = ((random.NextDouble() * 2) - 1, (random.NextDouble() * 2) - 1);
        return new(new Dictionary<string, ExampleValue> { ["x"] = new ExampleValue.Number(x), ["y"] = new ExampleValue.Number(y) }, [x * y > 0 ? "same" : "other"], x + (2 * y), null, $"line {i}");
    }

    private static LabelledExample Image(Random random, int i)
    {
        var (lies, at, pixels) = (random.Next(2) == 0, random.Next(1, 15), new byte[256]);
        random.NextBytes(pixels);
        for (var p = 0; p < pixels.Length; p++)
            pixels[p] = (byte)((pixels[p] / 4) + ((lies ? p / 16 : p % 16) == at ? 190 : 0));
        return new(new Dictionary<string, ExampleValue> { ["image"] = new ExampleValue.Image(PngEncoder.Encode(pixels, 16, 16, isColour: false)) }, [lies ? "lies" : "stands"], at, null, $"{i}.png");
    }

    private static LabelledExample Steps(Random random, int i)
    {
        var steps = Enumerable.Range(0, random.Next(3, 12)).Select(_ => Letters[random.Next(2, 5)]).ToList();
        var (first, second) = random.Next(2) == 0 ? ("a", "b") : ("b", "a");
        steps.Insert(random.Next(steps.Count), first);
        steps.Insert(random.Next(steps.IndexOf(first) + 1, steps.Count + 1), second);
        return new(new Dictionary<string, ExampleValue> { ["steps"] = new ExampleValue.Texts(steps) }, [first], steps.Count, null, $"line {i}");
    }

    private static LabelledExample Text(Random random, int i)
    {
        var words = Enumerable.Range(0, random.Next(3, 9)).Select(_ => Words[random.Next(3, Words.Length)]).ToList();
        var (first, second) = random.Next(2) == 0 ? ("river", "lamp") : ("lamp", "river");
        words.Insert(random.Next(words.Count), first);
        words.Insert(random.Next(words.IndexOf(first) + 1, words.Count + 1), second);
        return new(new Dictionary<string, ExampleValue> { ["text"] = new ExampleValue.Text(string.Join(' ', words)) }, [first], words.Count, null, $"line {i}");
    }
}
