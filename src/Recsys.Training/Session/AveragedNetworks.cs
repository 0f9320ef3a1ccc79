using Recsys.Inference.Artefacts;

namespace Recsys.Training.Session;

/// <summary>Networks that were trained apart, each from a seed of its own, laid side by side as one whose logits are their average (Lakshminarayanan et al. 2017); and back.</summary>
internal static class AveragedNetworks
{
    private const string ItemBias = "item_bias";

    /// <summary>
    /// Lays members side by side. The last norms are divided by their number and the items' biases are their mean, so that one product of output and item vector, plus the bias, is the
    /// average of the logits.
    /// </summary>
    /// <param name="members">Of equal sizes.</param>
    /// <param name="network">Their sizes, and how many they are.</param>
    /// <param name="items">Items N.</param>
    public static SessionWeights Join(IReadOnlyList<SessionWeights> members, SessionSettings network, int items)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(members.Count, network.Members);
        if (members.Count == 1)
            return members[0];
        var layout = new WeightLayout(network, items);
        var joined = new SessionWeights(layout, new float[layout.Length]);
        for (var member = 0; member < members.Count; member++)
        {
            foreach (var slot in members[member].Layout.Slots)
            {
                var from = members[member][slot];
                if (slot.Name == ItemBias)
                {
                    for (var i = 0; i < from.Length; i++)
                        joined[ItemBias][i] += from[i] / members.Count;
                    continue;
                }
                var place = Place.Of(slot, member, network);
                var to = joined[place.Name];
                for (var i = 0; i < from.Length; i++)
                    to[place.Index(i)] = from[i] * place.Factor;
            }
        }
        return joined;
    }

    /// <summary>The members of such a network, or itself where it's one. Each has the mean of the biases: the average of their logits is the same.</summary>
    public static IReadOnlyList<SessionWeights> Split(SessionWeights joined, SessionSettings network, int items)
    {
        if (network.Members == 1)
            return [joined];
        var layout = new WeightLayout(network with { Members = 1 }, items);
        return [.. Enumerable.Range(0, network.Members).Select(member =>
        {
            var weights = new SessionWeights(layout, new float[layout.Length]);
            foreach (var slot in layout.Slots)
            {
                var place = slot.Name == ItemBias ? new Place(ItemBias, items, items, 0, 1) : Place.Of(slot, member, network);
                var from = joined[place.Name];
                var to = weights[slot];
                for (var i = 0; i < to.Length; i++)
                    to[i] = from[place.Index(i)] / place.Factor;
            }
            return weights;
        })];
    }

    /// <summary>Where a member's tensor is in the joined one: rows of <paramref name="Width"/> values, <paramref name="Stride"/> apart.</summary>
    private readonly record struct Place(string Name, int Width, int Stride, int Offset, float Factor)
    {
        public static Place Of(WeightSlot slot, int member, SessionSettings network)
        {
            const string blocks = "blocks.";
            if (slot.Name.StartsWith(blocks, StringComparison.Ordinal))
            {
                var end = slot.Name.IndexOf('.', blocks.Length);
                var block = (member * network.Blocks) + int.Parse(slot.Name.AsSpan(blocks.Length..end));
                return new($"{blocks}{block}{slot.Name[end..]}", slot.Length, slot.Length, 0, 1);
            }
            var factor = slot.Name.StartsWith("norm.", StringComparison.Ordinal) ? 1f / network.Members : 1;
            return new(slot.Name, network.EmbeddingSize, network.VectorSize, member * network.EmbeddingSize, factor);
        }

        public int Index(int i) => (i / Width * Stride) + Offset + (i % Width);
    }
}
