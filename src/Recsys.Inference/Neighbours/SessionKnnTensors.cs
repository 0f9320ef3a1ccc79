using Recsys.Inference.Artefacts;

namespace Recsys.Inference.Neighbours;

/// <summary>
/// A <see cref="SessionKnn"/> as tensors of an artefact: <c>neighbours.starts</c> (S + 1) and <c>neighbours.items</c> (I) of int32, newest session first, and
/// <c>neighbours.settings</c> (9) of float32. Item numbers of past sessions, no times and nothing of whose they were.
/// </summary>
public static class SessionKnnTensors
{
    /// <summary>The tensor of where sessions start.</summary>
    public const string Starts = "neighbours.starts";

    /// <summary>The tensor of items.</summary>
    public const string Items = "neighbours.items";

    /// <summary>The tensor of settings.</summary>
    public const string Settings = "neighbours.settings";

    private const int SettingCount = 9;
    private const float MostInteger = 1 << 24;

    /// <summary>The names of all.</summary>
    public static IReadOnlyList<string> Names { get; } = [Starts, Items, Settings];

    /// <summary>The tensors, in file order.</summary>
    public static IReadOnlyList<NamedTensor> Of(SessionKnn neighbours)
    {
        var o = neighbours.Options;
        return
        [
            NamedTensor.OfIntegers(Starts, [neighbours.SessionCount + 1], neighbours.Starts.ToArray()),
            NamedTensor.OfIntegers(Items, [neighbours.InteractionCount], neighbours.CopyItems()),
            new(
                Settings,
                [SettingCount],
                new[] { o.MaxSessionLength, o.Window, o.SampleSize, o.Neighbours, o.PositionScale, o.SharedPositionScale, o.DistanceScale, o.RarityWeight, o.BeforeShare }),
        ];
    }

    /// <summary>Reads and checks.</summary>
    /// <param name="file">Where they are.</param>
    /// <param name="itemCount">Items of the model that they belong to, N.</param>
    /// <exception cref="InvalidDataException">A tensor is missing or of another shape or type, or a value is one that an index can't have: the message names both.</exception>
    public static SessionKnn Read(SafetensorsFile file, int itemCount)
    {
        var settings = file.Copy(new(Settings, [SettingCount]));
        foreach (var value in settings[..4])
        {
            if (!(value >= 0 && value <= MostInteger && value == MathF.Floor(value))) throw new InvalidDataException($"{Settings} holds {value}, expected a whole number up to {MostInteger}.");
        }

        return new(
            file.CopyIntegers(new(Starts, [Count(file, Starts)])),
            file.CopyIntegers(new(Items, [Count(file, Items)])),
            itemCount,
            new()
            {
                MaxSessionLength = (int)settings[0],
                Window = (int)settings[1],
                SampleSize = (int)settings[2],
                Neighbours = (int)settings[3],
                PositionScale = settings[4],
                SharedPositionScale = settings[5],
                DistanceScale = settings[6],
                RarityWeight = settings[7],
                BeforeShare = settings[8],
            });
    }

    private static int Count(SafetensorsFile file, string name) => file.ShapeOf(name) is [var count] ? (int)count : 0;
}
