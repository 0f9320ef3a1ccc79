using System.Text.Json;
using Recsys.Content.Preprocessing;
using Recsys.Inference.Artefacts;

namespace Recsys.Content.Networks;

/// <summary>Writes the artefact of a network.</summary>
public static class NetworkArtefactWriter
{
    /// <summary>
    /// Writes a folder that <see cref="NetworkArtefact.Open"/> reads. Everything is written to a sibling folder, synced to disk and renamed: a folder of that
    /// name either is a whole artefact or does not
    /// exist, whatever happens meanwhile.
    /// </summary>
    /// <param name="folder">Where to; must not exist yet, its parent is made if need be.</param>
    /// <param name="manifest">Everything but <see cref="NetworkManifest.Files"/>, which is filled in.</param>
    /// <param name="preprocessing">What was fitted on the training part.</param>
    /// <param name="tensors">Exactly those of <see cref="NetworkSettings.Tensors"/>, in any order.</param>
    /// <returns>The manifest as written.</returns>
    /// <exception cref="ArgumentException">Manifest, preprocessing and tensors don't fit each other.</exception>
    /// <exception cref="IOException">The folder exists, or the disk failed.</exception>
    public static NetworkManifest Write(string folder, NetworkManifest manifest, FittedPreprocessing preprocessing, IReadOnlyList<NamedTensor> tensors)
    {
        Check(manifest, preprocessing, tensors);
        return ArtefactFolder.Write(folder, partial =>
        {
            var written = manifest with
            {
                Files = new Dictionary<string, ArtefactFile>
                {
                    [NetworkArtefact.WeightsFile] = ArtefactFolder.WriteFile(partial, NetworkArtefact.WeightsFile, stream => SafetensorsWriter.Write(stream, tensors)),
                    [NetworkArtefact.PreprocessingFile] = ArtefactFolder.WriteFile(
                        partial, NetworkArtefact.PreprocessingFile, stream => JsonSerializer.Serialize(stream, preprocessing, ContentJson.Default.FittedPreprocessing)),
                },
            };
            ArtefactFolder.WriteFile(partial, ArtefactManifest.FileName, stream => stream.Write(written.ToJson()));
            return written;
        });
    }

    private static void Check(NetworkManifest manifest, FittedPreprocessing preprocessing, IReadOnlyList<NamedTensor> tensors)
    {
        if (manifest.Problem() is { } problem) throw new ArgumentException($"{problem}.", nameof(manifest));
        if (preprocessing.Problem(manifest.Spec) is { } wrong) throw new ArgumentException($"{wrong}.", nameof(preprocessing));
        var sizes = preprocessing.Sizes(manifest.Spec, manifest.Target.Outputs());
        if (NetworkTensors.Problem(manifest.Spec.Network, sizes) is { } misfit) throw new ArgumentException($"{misfit}.", nameof(manifest));
        var given = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        foreach (var expected in manifest.Spec.Network.Tensors(sizes))
        {
            if (!given.Remove(expected.Name, out var tensor)) throw new ArgumentException($"Tensor {expected} is missing.", nameof(tensors));
            if (!tensor.Shape.SequenceEqual(expected.Shape))
            {
                throw new ArgumentException($"Tensor '{tensor.Name}' has shape [{string.Join(", ", tensor.Shape)}], expected {expected}.", nameof(tensors));
            }

            if (tensor.Type != TensorType.Float32) throw new ArgumentException($"Tensor '{tensor.Name}' is of {tensor.Type}, expected Float32.", nameof(tensors));
            foreach (var value in tensor.Values.Span)
            {
                if (!float.IsFinite(value)) throw new ArgumentException($"Tensor '{tensor.Name}' holds {value}, expected finite values.", nameof(tensors));
            }
        }

        if (given.Count > 0) throw new ArgumentException($"Tensor '{given.Keys.First()}' is unknown.", nameof(tensors));
    }
}
