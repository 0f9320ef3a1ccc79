using Recsys.Inference.Artefacts;

namespace Recsys.Training.Session;

/// <summary>Where each trained tensor of an artefact lies among the flat weights.</summary>
internal sealed class WeightLayout
{
    /// <summary>The only tensor of an artefact that is counted, not trained.</summary>
    public const string Popularity = "item_popularity";

    private readonly Dictionary<string, WeightSlot> _byName = [];

    public WeightLayout(SessionSettings network, int items)
    {
        var slots = new List<WeightSlot>();
        foreach (var tensor in network.Tensors(items).Where(tensor => tensor.Name != Popularity))
        {
            var slot = new WeightSlot(tensor.Name, [.. tensor.Shape], Length);
            slots.Add(slot);
            _byName.Add(slot.Name, slot);
            Length = checked(Length + slot.Length);
        }
        Slots = slots;
    }

    public IReadOnlyList<WeightSlot> Slots { get; }

    /// <summary>Floats in all.</summary>
    public int Length { get; }

    public WeightSlot this[string name] => _byName[name];
}
