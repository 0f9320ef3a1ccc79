using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Recsys.Inference.Neighbours;
using Recsys.Inference.Partners;
using Recsys.Inference.Ranker;
using Recsys.Inference.Rules;
using Recsys.Inference.Taste;

namespace Recsys.Inference.Artefacts;

/// <summary>An opened, wholly checked artefact of a Session model. Immutable and thread-safe; its weights stay mapped as long as it is reachable.</summary>
public sealed class SessionArtefact
{
    /// <summary>The weights' file.</summary>
    public const string WeightsFile = "weights.safetensors";

    /// <summary>The item numbers' file: little-endian uint32, one a dense id.</summary>
    public const string ItemsFile = "items.bin";

    /// <summary>Rows of the kind embedding; row = <see cref="InteractionKind"/>.</summary>
    public const int KindCount = 8;

    private readonly SafetensorsFile _weights;
    private readonly Dictionary<string, TensorShape> _shapes;
    private readonly Dictionary<uint, int> _dense;

    private SessionArtefact(string folder, ArtefactManifest manifest, SafetensorsFile weights, ImmutableArray<uint> itemNumbers, Dictionary<uint, int> dense)
    {
        Folder = folder;
        Manifest = manifest;
        _weights = weights;
        _shapes = manifest.Settings.Tensors(itemNumbers.Length).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        ItemNumbers = itemNumbers;
        _dense = dense;
    }

    /// <summary>Where it was opened from.</summary>
    public string Folder { get; }

    /// <summary>Its manifest.</summary>
    public ArtefactManifest Manifest { get; }

    /// <summary>Its sizes.</summary>
    public SessionSettings Settings => Manifest.Settings;

    /// <summary>What is added to the network's logits: rules where <see cref="SessionSettings.RulesWeight"/> is above 0, past sessions where the other weight is.</summary>
    public ModelPartners Partners { get; private init; } = ModelPartners.None;

    /// <summary>The further sources of candidates, and the ranker over what all of them say.</summary>
    public SourceModels Sources { get; private init; } = null!;

    /// <summary>Items that the model knows.</summary>
    public int ItemCount => ItemNumbers.Length;

    /// <summary>The store-wide item number of each dense id.</summary>
    public ImmutableArray<uint> ItemNumbers { get; }

    /// <summary>The dense id of a store-wide item number, or -1 where the model does not know the item.</summary>
    public int DenseId(uint itemNumber) => _dense.TryGetValue(itemNumber, out var dense) ? dense : -1;

    /// <summary>Opens an artefact after checking all of it: format, sizes, checksums, each tensor's shape against the settings, values finite.</summary>
    /// <exception cref="InvalidDataException">A check failed; the message says what was found and what was expected.</exception>
    public static SessionArtefact Open(string folder)
    {
        var manifest = ArtefactManifest.Read(folder);
        if (manifest.Kind != ArtefactManifest.SessionKind)
        {
            throw new InvalidDataException($"{folder} is of kind '{manifest.Kind}', expected '{ArtefactManifest.SessionKind}'.");
        }

        if (manifest.Settings.Problem() is { } problem) throw new InvalidDataException($"{folder}: {problem}.");
        ArtefactFolder.CheckFile(folder, manifest.Files, WeightsFile);
        ArtefactFolder.CheckFile(folder, manifest.Files, ItemsFile);
        var (numbers, dense) = ReadItems(Path.Combine(folder, ItemsFile));
        var weights = SafetensorsFile.Open(Path.Combine(folder, WeightsFile));
        var unknown = weights.Names.ToHashSet(StringComparer.Ordinal);
        foreach (var tensor in manifest.Settings.Tensors(numbers.Length))
        {
            weights.CheckFinite(tensor);
            unknown.Remove(tensor.Name);
        }

        var partners = ReadPartners(manifest.Settings, weights, numbers.Length, unknown);
        var sources = ReadSources(manifest.Settings, partners, weights, numbers.Length, unknown);
        if (unknown.Count > 0) throw new InvalidDataException($"{folder}: tensor '{unknown.First()}' does not belong to a network of these settings.");
        return new(Path.GetFullPath(folder), manifest, weights, numbers, dense) { Partners = partners, Sources = sources };
    }

    /// <summary>A copy of a tensor's values, row-major.</summary>
    internal float[] Copy(string tensor) => _weights.Copy(_shapes[tensor]);

    /// <summary>A tensor in place.</summary>
    internal MappedTensor View(string tensor) => _weights.View(_shapes[tensor]);

    private static ModelPartners ReadPartners(SessionSettings settings, SafetensorsFile weights, int itemCount, HashSet<string> unknown)
    {
        ItemRules? rules = null;
        if (settings.RulesWeight > 0)
        {
            rules = ItemRulesTensors.Rules.Read(weights, itemCount);
            unknown.ExceptWith(ItemRulesTensors.Rules.Names);
        }

        SessionKnn? neighbours = null;
        if (settings.NeighboursWeight > 0)
        {
            neighbours = SessionKnnTensors.Read(weights, itemCount);
            unknown.ExceptWith(SessionKnnTensors.Names);
        }

        return new(rules, neighbours, new(settings.RulesWeight, settings.RulesScale, settings.NeighboursWeight));
    }

    private static SourceModels ReadSources(SessionSettings settings, ModelPartners partners, SafetensorsFile weights, int itemCount, HashSet<string> unknown)
    {
        TasteModel? taste = null;
        if (settings.Taste is { } options)
        {
            taste = TasteTensors.Read(weights, itemCount, options);
            unknown.ExceptWith(TasteTensors.Names);
        }

        ItemRules? linear = null;
        if (settings.Linear)
        {
            linear = ItemRulesTensors.Linear.Read(weights, itemCount);
            unknown.ExceptWith(ItemRulesTensors.Linear.Names);
        }

        RankerNetwork? ranker = null;
        if (settings.RankerFeatures is { } features)
        {
            ranker = RankerTensors.Read(weights);
            if (ranker.Weights.Features != features.Count) throw new InvalidDataException($"The ranker has {ranker.Weights.Features} features, the settings name {features.Count}.");
            unknown.ExceptWith(RankerTensors.Names);
        }

        ItemFacts? facts = null;
        if (settings.Facts)
        {
            facts = ItemFacts.Read(weights, itemCount);
            unknown.ExceptWith(ItemFacts.Names);
        }

        return new(partners, taste, linear, ranker, weights.Copy(new("item_popularity", [itemCount])), facts, ranker is null ? null : settings.RankerCalibration);
    }

    private static (ImmutableArray<uint> Numbers, Dictionary<uint, int> Dense) ReadItems(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length == 0 || bytes.Length % sizeof(uint) != 0)
        {
            throw new InvalidDataException($"{path} has {bytes.Length} bytes, expected 4 for each of at least one item.");
        }

        var numbers = new uint[bytes.Length / sizeof(uint)];
        var dense = new Dictionary<uint, int>(numbers.Length);
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)));
            if (!dense.TryAdd(numbers[i], i)) throw new InvalidDataException($"{path}: item number {numbers[i]} is at {dense[numbers[i]]} and at {i}.");
        }

        return (ImmutableCollectionsMarshal.AsImmutableArray(numbers), dense);
    }
}
