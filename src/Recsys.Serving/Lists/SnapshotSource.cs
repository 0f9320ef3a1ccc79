namespace Recsys.Serving.Lists;

/// <summary>Where an item of a snapshot came from, in the order of the list. Stored in page tokens.</summary>
internal enum SnapshotSource
{
    /// <summary>The session network.</summary>
    Session = 0,

    /// <summary>Popularity in the live model's training data.</summary>
    Popular = 1,

    /// <summary>Trending counts.</summary>
    Trending = 2,

    /// <summary>The rest of the catalogue, newest first.</summary>
    Catalogue = 3,
}
