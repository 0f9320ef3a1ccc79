namespace Recsys.Datasets.Demo;

/// <summary>A genre of the demo world: its words and its place among the others. All names of places are made up.</summary>
internal sealed record DemoGenre
{
    /// <summary>As in an item's genres.</summary>
    public required string Name { get; init; }

    /// <summary>Youngest audience, in years.</summary>
    public required int MaturityAge { get; init; }

    /// <summary>Genres that a taste drifts to from here.</summary>
    public required string[] Neighbours { get; init; }

    /// <summary>Kinds of games, as tags.</summary>
    public required string[] GameStyles { get; init; }

    /// <summary>Words before a noun.</summary>
    public required string[] Adjectives { get; init; }

    /// <summary>What titles are about, in the singular.</summary>
    public required string[] Nouns { get; init; }

    /// <summary>Invented places.</summary>
    public required string[] Places { get; init; }

    /// <summary>Protagonists, with their article.</summary>
    public required string[] Heroes { get; init; }

    /// <summary>What they have to do: "must ...".</summary>
    public required string[] Tasks { get; init; }

    /// <summary>Tags.</summary>
    public required string[] Themes { get; init; }
}
