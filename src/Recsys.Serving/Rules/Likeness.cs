using Recsys.Serving.Catalogue;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;

namespace Recsys.Serving.Rules;

/// <summary>Maximal marginal relevance: (1 - share) x place in the ranking, from 1 down to 0, less share x the greatest likeness to an item that has been placed.</summary>
internal sealed class Likeness
{
    private readonly CatalogueMirror _catalogue;
    private readonly LiveModel? _model;
    private readonly List<SnapshotEntry> _left;
    private readonly List<float> _relevance;
    private readonly List<float> _alike;
    private readonly float _share;

    /// <param name="catalogue">What the items are.</param>
    /// <param name="model">By whose vectors items are alike; items that it doesn't know, or null: by the share of labels in common.</param>
    /// <param name="left">The candidates that are left, kept by the caller.</param>
    /// <param name="share">0 to 1.</param>
    public Likeness(CatalogueMirror catalogue, LiveModel? model, List<SnapshotEntry> left, float share)
    {
        (_catalogue, _model, _left, _share) = (catalogue, model, left, share);
        _relevance = [.. left.Select((_, rank) => 1 - ((float)rank / left.Count))];
        _alike = [.. left.Select(_ => 0f)];
    }

    /// <summary>What a candidate is worth in the next place.</summary>
    /// <param name="candidate">Its place among those that are left.</param>
    public float Of(int candidate) => ((1 - _share) * _relevance[candidate]) - (_share * _alike[candidate]);

    /// <summary>A candidate is no longer left.</summary>
    public void Removed(int candidate)
    {
        _relevance.RemoveAt(candidate);
        _alike.RemoveAt(candidate);
    }

    /// <summary>An item stands in a place now.</summary>
    public void Placed(uint item)
    {
        var known = _model?.DenseId(item) ?? -1;
        for (var i = 0; i < _left.Count; i++)
        {
            var other = known < 0 ? -1 : _model!.DenseId(_left[i].Item);
            var alike = other < 0 ? (float)_catalogue.Similarity(item, _left[i].Item) : Math.Max(0, _model!.Network.CosineSimilarity(known, other));
            if (alike > _alike[i]) _alike[i] = alike;
        }
    }
}
