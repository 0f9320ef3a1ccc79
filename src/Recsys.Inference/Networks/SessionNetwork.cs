using Recsys.Inference.Artefacts;
using Recsys.Inference.Index;
using Recsys.Inference.Kernels;

namespace Recsys.Inference.Networks;

/// <summary>
/// The Session model: item embedding, residual LSTM blocks, tied softmax. Immutable and thread-safe; steps allocate nothing after a thread's first.
/// A user's **slot** is h and c of every block followed by the output vector, all float16, so a list can be made from a stored slot without
/// running the network. Results are the same bits on every processor, and the same whether interactions come one by one or together.
/// </summary>
public sealed class SessionNetwork
{
    private readonly SessionBlock[] _blocks;
    private readonly float[] _kindEmbedding;
    private readonly float[] _strengthEmbedding;
    private readonly float[] _normWeight;
    private readonly float[] _normBias;
    private readonly float[] _itemBias;
    private readonly float[] _itemPopularity;

    /// <summary>Prepares an opened artefact for use: repacks the blocks' matrices (a few megabytes); item vectors stay in the mapped file.</summary>
    public SessionNetwork(SessionArtefact artefact)
    {
        Artefact = artefact;
        Items = new(artefact.View("item_embedding"), artefact.Settings.EmbeddingSize);
        _itemBias = artefact.Copy("item_bias");
        _itemPopularity = artefact.Copy("item_popularity");
        _kindEmbedding = artefact.Copy("kind_embedding");
        _strengthEmbedding = artefact.Copy("strength_embedding");
        _normWeight = artefact.Copy("norm.weight");
        _normBias = artefact.Copy("norm.bias");
        _blocks = new SessionBlock[artefact.Settings.Blocks];
        for (var i = 0; i < _blocks.Length; i++) _blocks[i] = new(artefact, i);
    }

    /// <summary>What it was made from: manifest, item numbers, the map from item number to dense id.</summary>
    public SessionArtefact Artefact { get; }

    /// <summary>Items that the model knows, N.</summary>
    public int ItemCount => Artefact.ItemCount;

    /// <summary>Length of item and output vectors, E.</summary>
    public int EmbeddingSize => Artefact.Settings.EmbeddingSize;

    /// <summary>Values of h and c of all blocks, 2 B H.</summary>
    public int StateLength => 2 * Artefact.Settings.Blocks * Artefact.Settings.HiddenSize;

    /// <summary>Halfs in a user's slot: <see cref="StateLength"/> + <see cref="EmbeddingSize"/>; twice as many bytes.</summary>
    public int SlotLength => StateLength + EmbeddingSize;

    /// <summary>Item vectors, (N, E).</summary>
    public ItemVectors Items { get; }

    /// <summary>What is added to each item's logit, (N).</summary>
    public ReadOnlySpan<float> ItemBias => _itemBias;

    /// <summary>How often each item was a target in the training data, (N).</summary>
    public ReadOnlySpan<float> ItemPopularity => _itemPopularity;

    /// <summary>Moves a slot by one interaction. A slot of zeros is that of a user without interactions.</summary>
    /// <exception cref="ArgumentException">The slot has another length than <see cref="SlotLength"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The item's dense id is too large, or the kind is unknown.</exception>
    public void Step(Span<Half> slot, int item, InteractionKind kind, byte strength) => Advance(slot, [new(item, kind, strength)]);

    /// <summary>Moves a slot by several interactions, oldest first: the same bits as one by one, several times faster.</summary>
    /// <inheritdoc cref="Step" path="/exception"/>
    public void Advance(Span<Half> slot, ReadOnlySpan<SessionStep> steps)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(slot.Length, SlotLength);
        var scratch = SessionScratch.For(Artefact.Settings);
        var state = scratch.State.AsSpan(0, StateLength);
        Float16.Widen(slot[..StateLength], state);
        if (!Run(scratch, state, steps, round: true, scratch.Output)) return;
        Float16.Narrow(state, slot);
        Float16.Narrow(scratch.Output.AsSpan(0, EmbeddingSize), slot[StateLength..]);
    }

    /// <summary>Makes a slot from all of a user's interactions, oldest first.</summary>
    /// <inheritdoc cref="Step" path="/exception"/>
    public void Rebuild(Span<Half> slot, ReadOnlySpan<SessionStep> steps)
    {
        slot.Clear();
        Advance(slot, steps);
    }

    /// <summary>The output vector (E) of a slot: the logit of item j is output . item vector j + bias j. All zeros before the first step.</summary>
    /// <inheritdoc cref="Step" path="/exception"/>
    public void ReadOutput(ReadOnlySpan<Half> slot, Span<float> output)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(slot.Length, SlotLength);
        Float16.Widen(slot[StateLength..], output);
    }

    /// <summary>The same network with a state that is never rounded: what float16 slots are measured against.</summary>
    /// <param name="state">(<see cref="StateLength"/>), zeros at first.</param>
    /// <param name="item">Dense id; -1 changes nothing.</param>
    /// <param name="kind">What happened.</param>
    /// <param name="strength">How much of it.</param>
    /// <param name="output">(E), the output vector; left as it is where nothing changed.</param>
    public void StepFloat32(Span<float> state, int item, InteractionKind kind, byte strength, Span<float> output)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(state.Length, StateLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(output.Length, EmbeddingSize);
        Run(SessionScratch.For(Artefact.Settings), state, [new(item, kind, strength)], round: false, output);
    }

    /// <summary>Cosine of the angle between two items' vectors, -1 to 1; 0 where one of them is zero.</summary>
    public float CosineSimilarity(int first, int second)
    {
        var a = Items.Row(first);
        var b = Items.Row(second);
        var norms = MathF.Sqrt(Dot.Of(a, a)) * MathF.Sqrt(Dot.Of(b, b));
        var cosine = norms > 0 ? Math.Clamp(Dot.Of(a, b) / norms, -1f, 1f) : 0f;
        GC.KeepAlive(Items);
        return cosine;
    }

    private bool Run(SessionScratch scratch, Span<float> state, ReadOnlySpan<SessionStep> steps, bool round, Span<float> output)
    {
        var last = steps.Length - 1;
        while (last >= 0 && steps[last].Item < 0) last--;
        if (last < 0) return false;
        var positions = 0;
        for (var i = 0; i <= last; i++)
        {
            if (steps[i].Item < 0) continue;
            Embed(steps[i], scratch.Residual.AsSpan(positions * EmbeddingSize, EmbeddingSize));
            positions++;
            if (positions < SessionScratch.MaxPositions && i < last) continue;
            RunBlocks(scratch, state, positions, outputWanted: i == last, round);
            if (i < last) positions = 0;
        }

        LayerNorm.Apply(scratch.Residual.AsSpan((positions - 1) * EmbeddingSize, EmbeddingSize), _normWeight, _normBias, output);
        return true;
    }

    private void RunBlocks(SessionScratch scratch, Span<float> state, int positions, bool outputWanted, bool round)
    {
        var blockState = 2 * Artefact.Settings.HiddenSize;
        for (var block = 0; block < _blocks.Length; block++)
        {
            // After the last block only the newest output is of use.
            var firstWanted = block < _blocks.Length - 1 ? 0 : outputWanted ? positions - 1 : positions;
            _blocks[block].Advance(scratch, state.Slice(block * blockState, blockState), positions, firstWanted, round);
        }
    }

    private void Embed(SessionStep step, Span<float> x)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step.Item, ItemCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((int)step.Kind, SessionArtefact.KindCount);
        Items.Row(step.Item).CopyTo(x);
        Elementwise.Add(x, _kindEmbedding.AsSpan((int)step.Kind * EmbeddingSize, EmbeddingSize));
        Elementwise.Add(x, _strengthEmbedding.AsSpan(Strength.Bucket(step.Strength) * EmbeddingSize, EmbeddingSize));
        GC.KeepAlive(Items);
    }
}
