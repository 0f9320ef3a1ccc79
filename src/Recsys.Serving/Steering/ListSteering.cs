using Recsys.Serving.Catalogue;
using Recsys.Serving.Live;

namespace Recsys.Serving.Steering;

/// <summary>
/// What the users of one list want, in the form that lists ask: by how much an item is raised or lowered, and what is left out. All words together are one direction in the space of the
/// model's item vectors (relevance feedback, Rocchio 1971) and one weight for each label, so that an item costs the same however much was said.
/// </summary>
internal sealed class ListSteering
{
    private readonly CatalogueMirror _catalogue;
    private readonly LiveModel? _model;
    private readonly Dictionary<ulong, float> _named = [];
    private readonly Dictionary<ulong, float> _alike = [];
    private readonly Dictionary<ulong, float> _alikeUnknown = [];
    private readonly Dictionary<uint, float> _subjects = [];
    private readonly HashSet<uint> _unwantedItems = [];
    private readonly HashSet<ulong> _unwantedLabels = [];
    private float[]? _direction;
    private ulong _unwantedMask;

    /// <param name="catalogue">What the items are.</param>
    /// <param name="model">By whose vectors items are alike; those that it doesn't know, or null: by their labels.</param>
    public ListSteering(CatalogueMirror catalogue, LiveModel? model) => (_catalogue, _model) = (catalogue, model);

    /// <summary>Whether anything is raised or lowered.</summary>
    public bool Moves { get; private set; }

    /// <summary>Whether anything is raised: then it's proposed even if no source does.</summary>
    public bool Raises { get; private set; }

    /// <summary>Whether there are items of which less is wanted, and which drop out themselves.</summary>
    public bool Drops { get; private set; }

    /// <summary>What is like an item is wanted more, or less.</summary>
    /// <param name="item">Number.</param>
    /// <param name="weight">What is added to the logit of an item that is just like it; below 0: less.</param>
    public void AddItem(uint item, float weight)
    {
        Noted(weight);
        _subjects[item] = _subjects.GetValueOrDefault(item) + weight;
        Drops |= _subjects[item] < 0;
        var known = _model?.DenseId(item) ?? -1;
        if (known >= 0) _model!.Network.AddUnit(known, weight, _direction ??= new float[_model.Network.Items.Length]);
        var fields = _catalogue.Fields(item);
        var labels = fields.Labels;
        var share = weight / MathF.Sqrt(Math.Max(1, labels.Length));
        foreach (var label in labels)
        {
            Add(_alike, label, share);
            if (known < 0) Add(_alikeUnknown, label, share);
        }
    }

    /// <summary>What has a label is wanted more, or less.</summary>
    /// <param name="label">Its key.</param>
    /// <param name="weight">What is added to the logit; below 0: less.</param>
    public void AddLabel(ulong label, float weight)
    {
        Noted(weight);
        Add(_named, label, weight);
    }

    /// <summary>An item isn't wanted.</summary>
    public void RefuseItem(uint item) => _unwantedItems.Add(item);

    /// <summary>What has a label isn't wanted.</summary>
    public void RefuseLabel(ulong label)
    {
        _unwantedLabels.Add(label);
        _unwantedMask |= FieldKeys.Bit(label);
    }

    /// <summary>Whether a user said that the item, or something it has, isn't wanted.</summary>
    public bool Refuses(uint item)
    {
        if (_unwantedItems.Contains(item)) return true;
        if ((_catalogue.Signature(item) & _unwantedMask) == 0) return false;
        foreach (var label in _catalogue.Fields(item).Labels)
        {
            if (_unwantedLabels.Contains(label)) return true;
        }

        return false;
    }

    /// <summary>Whether less of this very item is wanted.</summary>
    public bool Dropped(uint item) => _subjects.GetValueOrDefault(item) < 0;

    /// <summary>What is added to an item's logit.</summary>
    public float Of(uint item)
    {
        if (!Moves) return 0;
        var known = _model?.DenseId(item) ?? -1;
        var sum = known >= 0 && _direction is not null ? _model!.Network.Along(known, _direction) : 0;
        var alike = known >= 0 ? _alikeUnknown : _alike;
        var labels = _catalogue.Fields(item).Labels;
        var shared = 0f;
        foreach (var label in labels)
        {
            sum += _named.GetValueOrDefault(label);
            shared += alike.GetValueOrDefault(label);
        }

        if (labels.Length > 0) sum += shared / MathF.Sqrt(labels.Length);
        return Math.Clamp(sum, -SteeringWeights.Most, SteeringWeights.Most);
    }

    private static void Add(Dictionary<ulong, float> weights, ulong label, float weight) => weights[label] = weights.GetValueOrDefault(label) + weight;

    private void Noted(float weight)
    {
        Moves |= weight != 0;
        Raises |= weight > 0;
    }
}
