using Recsys.Content.Preprocessing;
using Recsys.Inference.Artefacts;

namespace Recsys.Content.Networks;

/// <summary>An opened, wholly checked artefact of a network. Immutable and thread-safe; its weights stay mapped as long as it is reachable.</summary>
public sealed class NetworkArtefact
{
    /// <summary>The weights' file.</summary>
    public const string WeightsFile = "weights.safetensors";

    /// <summary>The fitted preprocessing's file.</summary>
    public const string PreprocessingFile = "preprocessing.json";

    private const long MaxPreprocessingBytes = 256 << 20;

    private readonly SafetensorsFile _weights;
    private readonly Dictionary<string, TensorShape> _shapes;

    private NetworkArtefact(string folder, NetworkManifest manifest, FittedPreprocessing preprocessing, NetworkSizes sizes, SafetensorsFile weights)
    {
        (Folder, Manifest, Preprocessing, Sizes, _weights) = (folder, manifest, preprocessing, sizes, weights);
        _shapes = manifest.Spec.Network.Tensors(sizes).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>Where it was opened from.</summary>
    public string Folder { get; }

    /// <summary>Its manifest.</summary>
    public NetworkManifest Manifest { get; }

    /// <summary>What was fitted on the training part.</summary>
    public FittedPreprocessing Preprocessing { get; }

    /// <summary>What its tensors' shapes come from.</summary>
    public NetworkSizes Sizes { get; }

    /// <summary>
    /// Opens an artefact after checking all of it: format, sizes, checksums, settings and preprocessing, each tensor's shape against them, values finite.
    /// </summary>
    /// <exception cref="InvalidDataException">A check failed; the message says what was found and what was expected.</exception>
    public static NetworkArtefact Open(string folder)
    {
        var manifest = NetworkManifest.Read(folder);
        ArtefactFolder.CheckFile(folder, manifest.Files, PreprocessingFile, MaxPreprocessingBytes);
        ArtefactFolder.CheckFile(folder, manifest.Files, WeightsFile, (NetworkTensors.MostValues * sizeof(float)) + (1 << 20));
        var preprocessing = ContentJson.Read(Path.Combine(folder, PreprocessingFile), MaxPreprocessingBytes, ContentJson.Default.FittedPreprocessing);
        if (preprocessing.Problem(manifest.Spec) is { } problem) throw new InvalidDataException($"{Path.Combine(folder, PreprocessingFile)}: {problem}.");
        var sizes = preprocessing.Sizes(manifest.Spec, manifest.Target.Outputs());
        if (NetworkTensors.Problem(manifest.Spec.Network, sizes) is { } misfit) throw new InvalidDataException($"{folder}: {misfit}.");

        var weights = SafetensorsFile.Open(Path.Combine(folder, WeightsFile));
        var unknown = weights.Names.ToHashSet(StringComparer.Ordinal);
        foreach (var tensor in manifest.Spec.Network.Tensors(sizes))
        {
            weights.CheckFinite(tensor);
            unknown.Remove(tensor.Name);
        }

        if (unknown.Count > 0) throw new InvalidDataException($"{folder}: tensor '{unknown.First()}' does not belong to a network of these settings.");
        return new(Path.GetFullPath(folder), manifest, preprocessing, sizes, weights);
    }

    /// <summary>A copy of a tensor's values, row-major.</summary>
    internal float[] Tensor(string name) => _weights.Copy(_shapes[name]);
}
