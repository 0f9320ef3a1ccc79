using System.Collections.Immutable;
using Recsys.Inference.Artefacts;
using Recsys.Inference.Index;
using Recsys.Inference.Networks;
using Recsys.Inference.Partners;
using Recsys.Inference.Ranker;

namespace Recsys.Serving.Live;

/// <summary>A loaded model and everything that lists need beside it. Immutable.</summary>
internal sealed class LiveModel
{
    private readonly Dictionary<uint, int>? _renumbered;
    private readonly ulong[] _known;

    /// <summary>Prepares a checked artefact: repacks its matrices and sorts its items by popularity.</summary>
    public LiveModel(string ns, string version, SessionArtefact artefact)
    {
        Namespace = ns;
        Version = version;
        Network = new(artefact);
        Index = new(Network);
        ItemNumbers = artefact.ItemNumbers;
        _known = BitsOf(ItemNumbers);
        PopularityOrder = OrderByPopularity(Network.ItemPopularity);
        Fingerprint = FingerprintOf(artefact.Manifest.Files[SessionArtefact.WeightsFile].Sha256, SessionNetwork.Arithmetic);
    }

    /// <summary>The same model over a store that numbers its items otherwise.</summary>
    /// <param name="model">The model.</param>
    /// <param name="itemNumbers">That store's number of each dense id.</param>
    public LiveModel(LiveModel model, ImmutableArray<uint> itemNumbers)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(itemNumbers.Length, model.ItemCount);
        Namespace = model.Namespace;
        Version = model.Version;
        Network = model.Network;
        Index = model.Index;
        PopularityOrder = model.PopularityOrder;
        Fingerprint = model.Fingerprint;
        ItemNumbers = itemNumbers;
        _known = BitsOf(itemNumbers);
        _renumbered = new(itemNumbers.Length);
        for (var dense = 0; dense < itemNumbers.Length; dense++) _renumbered.Add(itemNumbers[dense], dense);
    }

    /// <summary>Whose lists it ranks.</summary>
    public string Namespace { get; }

    /// <summary>E.g. "session-3".</summary>
    public string Version { get; }

    /// <summary>Names the weights and the arithmetic in stored states, so that a slot is gone on from only with what made it.</summary>
    public uint Fingerprint { get; }

    /// <summary>The network.</summary>
    public SessionNetwork Network { get; }

    /// <summary>Exact search over its items; masks are by dense id.</summary>
    public ExactIndex Index { get; }

    /// <summary>What is added to the network's logits.</summary>
    public ModelPartners Partners => Network.Artefact.Partners;

    /// <summary>The sources beside the network, and the ranker.</summary>
    public SourceModels Sources => Network.Artefact.Sources;

    /// <summary>Items that the model knows.</summary>
    public int ItemCount => Network.ItemCount;

    /// <summary>Store-wide item number of each dense id.</summary>
    public ImmutableArray<uint> ItemNumbers { get; }

    /// <summary>Dense ids, the most popular of the training data first; equals by ascending dense id.</summary>
    public ImmutableArray<int> PopularityOrder { get; }

    /// <summary>The dense id of an item, or -1 where the model doesn't know it.</summary>
    public int DenseId(uint number) =>
        _renumbered is null ? Network.Artefact.DenseId(number) : _renumbered.TryGetValue(number, out var dense) ? dense : -1;

    /// <summary>Whether it has a <see cref="DenseId"/>; quicker, for who asks of many items.</summary>
    public bool Knows(uint number) => number / 64 < (uint)_known.Length && (_known[number / 64] & (1UL << (int)(number & 63))) != 0;

    /// <summary>The first 32 bits of the weights' SHA-256 and the number of the network's arithmetic.</summary>
    /// <param name="sha256">Hexadecimal.</param>
    /// <param name="arithmetic">See <see cref="SessionNetwork.Arithmetic"/>.</param>
    internal static uint FingerprintOf(string sha256, int arithmetic) => Convert.ToUInt32(sha256[..8], 16) ^ (uint)arithmetic;

    private static ulong[] BitsOf(ImmutableArray<uint> numbers)
    {
        var highest = 0u;
        foreach (var number in numbers) highest = Math.Max(highest, number);
        var bits = new ulong[highest / 64 + 1];
        foreach (var number in numbers) bits[number / 64] |= 1UL << (int)(number & 63);
        return bits;
    }

    private static ImmutableArray<int> OrderByPopularity(ReadOnlySpan<float> popularity)
    {
        var counts = popularity.ToArray();
        var order = Enumerable.Range(0, counts.Length).ToArray();
        Array.Sort(order, (a, b) => counts[a] == counts[b] ? a.CompareTo(b) : counts[b].CompareTo(counts[a]));
        return [.. order];
    }
}
