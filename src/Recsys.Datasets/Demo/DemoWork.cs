namespace Recsys.Datasets.Demo;

/// <summary>A playable item with what the simulation knows about it.</summary>
internal sealed class DemoWork
{
    public required DatasetItem Item { get; init; }

    /// <summary>Place among the works, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Index of the main genre.</summary>
    public required int Genre { get; init; }

    /// <summary>Index of the mood.</summary>
    public required int Mood { get; init; }

    /// <summary>How often it's picked among those of its kind and genre.</summary>
    public required double Appeal { get; init; }

    /// <summary>Seconds after the world's start at which it came out; negative for older ones.</summary>
    public required long PublishSecond { get; init; }

    /// <summary>Seconds of a whole play (for a game: of a typical sitting).</summary>
    public required int Seconds { get; init; }

    /// <summary>The next episode, or the franchise's next entry.</summary>
    public DemoWork? Next { get; set; }

    public DatasetItemKind Kind => Item.Kind;
}
