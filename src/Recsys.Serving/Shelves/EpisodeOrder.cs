using Recsys.Serving.Catalogue;

namespace Recsys.Serving.Shelves;

/// <summary>Which episode follows which, by parents and ordinals.</summary>
/// <param name="catalogue">The items.</param>
internal sealed class EpisodeOrder(CatalogueMirror catalogue)
{
    /// <summary>The series of an episode: the parent of its season, or its own parent where that's no season in a series; 0: none.</summary>
    public uint SeriesOf(uint episode)
    {
        var parent = catalogue.ParentOf(episode);
        return catalogue.Kind(parent) == ItemKind.Season && catalogue.ParentOf(parent) is > 0 and var series ? series : parent;
    }

    /// <summary>The episode that follows one: the next of its parent, else the first of a later season; 0: none, or the episode has no place.</summary>
    public uint After(uint episode)
    {
        var parent = catalogue.ParentOf(episode);
        if (!catalogue.OrderedChildrenOf(parent).Contains(episode)) return 0;
        if (FirstEpisode(Behind(parent, episode)) is > 0 and var next) return next;
        if (catalogue.Kind(parent) != ItemKind.Season) return 0;
        foreach (var season in Behind(catalogue.ParentOf(parent), parent))
        {
            if (catalogue.Kind(season) == ItemKind.Season && FirstEpisode(catalogue.OrderedChildrenOf(season)) is > 0 and var first) return first;
        }

        return 0;
    }

    private ReadOnlySpan<uint> Behind(uint parent, uint child)
    {
        var children = catalogue.OrderedChildrenOf(parent);
        var at = children.IndexOf(child);
        return at < 0 ? [] : children[(at + 1)..];
    }

    private uint FirstEpisode(ReadOnlySpan<uint> children)
    {
        foreach (var child in children)
        {
            if (catalogue.Kind(child) == ItemKind.Episode) return child;
        }

        return 0;
    }
}
