using Recsys.Inference.Artefacts;
using Recsys.Training.Windows;

namespace Recsys.Training.Session;

/// <summary>A model that was trained before, to begin from or to compare with: its items are matched with a training set's by their numbers.</summary>
internal sealed class EarlierModel
{
    private const string ItemPrefix = "item_";

    /// <summary>Below every other item's: what the model doesn't know it never ranks before what it knows.</summary>
    private const float UnknownBias = -100;

    private readonly SessionArtefact _artefact;
    private readonly SessionWeights _weights;

    private EarlierModel(SessionArtefact artefact)
    {
        _artefact = artefact;
        var layout = new WeightLayout(Network, artefact.ItemCount);
        _weights = new SessionWeights(layout, new float[layout.Length]);
        foreach (var slot in _weights.Layout.Slots)
            artefact.Copy(slot.Name).CopyTo(_weights[slot]);
    }

    /// <summary>Its network's sizes.</summary>
    public SessionSettings Network => _artefact.Settings;

    /// <summary>Of the newest interaction that it was trained on.</summary>
    public long LastTimeMs => _artefact.Manifest.Data.LastTimeMs;

    /// <summary>Names its weights.</summary>
    public string Fingerprint => _artefact.Manifest.Files[SessionArtefact.WeightsFile].Sha256;

    /// <summary>Opens an artefact after all its checks.</summary>
    /// <exception cref="TrainingException">It doesn't pass them.</exception>
    public static EarlierModel Open(string folder)
    {
        try
        {
            return new EarlierModel(SessionArtefact.Open(folder));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"the earlier model can't be read: {e.Message}");
        }
    }

    /// <summary>Whether a training of these sizes can begin from it.</summary>
    public bool Fits(SessionSettings network) =>
        (network.Members, network.EmbeddingSize, network.HiddenSize, network.Blocks, network.FeedForwardMultiple, network.TimeGaps)
        == (Network.Members, Network.EmbeddingSize, Network.HiddenSize, Network.Blocks, Network.FeedForwardMultiple, Network.TimeGaps);

    /// <summary>Its weights over the items of a training set; those that it doesn't know have vectors of zeros and come last.</summary>
    public SessionWeights Over(InteractionLog log)
    {
        var layout = new WeightLayout(Network, log.ItemCount);
        var weights = new SessionWeights(layout, new float[layout.Length]);
        weights["item_bias"].Fill(UnknownBias);
        Copy(_weights, weights, log);
        return weights;
    }

    /// <summary>Lays the weights of one of its networks over fresh ones, which keep what they have for items that it doesn't know.</summary>
    /// <param name="member">Which network, from 0.</param>
    /// <param name="fresh">Of the same sizes.</param>
    /// <param name="log">Whose items those are.</param>
    public void Begin(int member, SessionWeights fresh, InteractionLog log) => Copy(AveragedNetworks.Split(_weights, Network, _artefact.ItemCount)[member], fresh, log);

    private void Copy(SessionWeights from, SessionWeights to, InteractionLog log)
    {
        foreach (var slot in from.Layout.Slots)
        {
            var source = from[slot];
            var target = to[slot.Name];
            if (!slot.Name.StartsWith(ItemPrefix, StringComparison.Ordinal))
            {
                source.CopyTo(target);
                continue;
            }
            var width = slot.Length / _artefact.ItemCount;
            for (var item = 0; item < log.ItemCount; item++)
            {
                if (_artefact.DenseId(log.ItemNumbers[item]) is >= 0 and var known)
                    source.Slice(known * width, width).CopyTo(target[(item * width)..]);
            }
        }
    }
}
