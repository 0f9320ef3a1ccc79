using System.Runtime.InteropServices;
using Recsys.Inference.Neighbours;
using Recsys.Inference.Ranker;
using Recsys.Inference.Rules;
using Recsys.Inference.Taste;

namespace Recsys.Inference.Artefacts;

/// <summary>Writes the artefact of a Session model.</summary>
public static class SessionArtefactWriter
{
    /// <summary>
    /// Writes a folder that <see cref="SessionArtefact.Open"/> reads. Everything is written to a sibling folder, synced to disk and renamed:
    /// a folder of that name either is a whole artefact or does not exist, whatever happens meanwhile.
    /// </summary>
    /// <param name="folder">Where to; must not exist yet, its parent is made if need be.</param>
    /// <param name="manifest">Everything but <see cref="ArtefactManifest.Files"/>, which is filled in.</param>
    /// <param name="tensors">
    /// Exactly those of <see cref="SessionSettings.Tensors"/>, and of <see cref="ItemRulesTensors"/>, <see cref="SessionKnnTensors"/>, <see cref="TasteTensors"/> and <see
    /// cref="RankerTensors"/> where the settings say that there are some, in any order.
    /// </param>
    /// <param name="itemNumbers">The store-wide item number of each dense id.</param>
    /// <returns>The manifest as written.</returns>
    /// <exception cref="ArgumentException">Settings, tensors and item numbers don't fit each other.</exception>
    /// <exception cref="IOException">The folder exists, or the disk failed.</exception>
    public static ArtefactManifest Write(string folder, ArtefactManifest manifest, IReadOnlyList<NamedTensor> tensors, ReadOnlySpan<uint> itemNumbers)
    {
        Check(manifest, tensors, itemNumbers.Length);
        var items = MemoryMarshal.AsBytes(itemNumbers).ToArray();
        return ArtefactFolder.Write(folder, partial =>
        {
            var written = manifest with
            {
                Files = new Dictionary<string, ArtefactFile>
                {
                    [SessionArtefact.WeightsFile] = ArtefactFolder.WriteFile(partial, SessionArtefact.WeightsFile, stream => SafetensorsWriter.Write(stream, tensors)),
                    [SessionArtefact.ItemsFile] = ArtefactFolder.WriteFile(partial, SessionArtefact.ItemsFile, stream => stream.Write(items)),
                },
            };
            ArtefactFolder.WriteFile(partial, ArtefactManifest.FileName, stream => stream.Write(written.ToJson()));
            return written;
        });
    }

    private static void Check(ArtefactManifest manifest, IReadOnlyList<NamedTensor> tensors, int itemCount)
    {
        if (manifest.Settings.Problem() is { } problem) throw new ArgumentException($"Setting {problem}.", nameof(manifest));
        if (itemCount == 0) throw new ArgumentException("A model needs at least one item.", nameof(itemCount));
        var given = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        foreach (var expected in manifest.Settings.Tensors(itemCount))
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

        Check("rules_weight", manifest.Settings.RulesWeight > 0, ItemRulesTensors.Rules.Names);
        Check("neighbours_weight", manifest.Settings.NeighboursWeight > 0, SessionKnnTensors.Names);
        Check("taste", manifest.Settings.Taste is not null, TasteTensors.Names);
        Check("linear", manifest.Settings.Linear, ItemRulesTensors.Linear.Names);
        Check("ranker_features", manifest.Settings.RankerFeatures is not null, RankerTensors.Names);
        Check("facts", manifest.Settings.Facts, ItemFacts.Names);
        if (given.Count > 0) throw new ArgumentException($"Tensor '{given.Keys.First()}' is unknown.", nameof(tensors));

        void Check(string setting, bool isThere, IReadOnlyList<string> names)
        {
            foreach (var name in isThere ? names : [])
            {
                if (!given.Remove(name)) throw new ArgumentException($"Tensor '{name}' is missing: the settings have {setting}.", nameof(tensors));
            }
        }
    }
}
