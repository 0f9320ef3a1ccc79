using Recsys.Inference.Artefacts;
using Recsys.Inference.Index;
using Recsys.Inference.Kernels;

namespace Recsys.Inference.Networks;

/// <summary>
/// The Session model: item embedding, residual LSTM blocks, tied softmax. Immutable and thread-safe; steps allocate nothing after a thread's first.
/// A user's **slot** is h and c of every block followed by a vector (E) to make outputs from, all float16, so a list can be made from a stored slot without
/// running the network. Without time gaps that vector is the output itself; with them it is the residual stream before the last feed-forward part, which reads the
/// time that has passed until the request. Results are the same bits on every processor, and the same whether interactions come one by one or together.
/// </summary>
public sealed class SessionNetwork
{
    /// <summary>
    /// Counts the changes after which the same weights and interactions give other bits (2: blocks' matrices as bfloat16), for whoever keeps slots: one made by another
    /// arithmetic must be made anew, not gone on from.
    /// </summary>
    public const int Arithmetic = 2;

    private readonly SessionBlock[] _blocks;
    private readonly float[] _kindEmbedding;
    private readonly float[] _strengthEmbedding;
    private readonly float[]? _gapEmbedding;
    private readonly float[]? _requestGapEmbedding;
    private readonly float[] _normWeight;
    private readonly float[] _normBias;
    private readonly float[] _itemBias;
    private readonly float[] _itemPopularity;

    /// <summary>Prepares an opened artefact for use: repacks the blocks' matrices as bfloat16 (a few megabytes); item vectors stay in the mapped file.</summary>
    public SessionNetwork(SessionArtefact artefact)
    {
        Artefact = artefact;
        Items = new(artefact.View("item_embedding"), artefact.Settings.EmbeddingSize);
        _itemBias = artefact.Copy("item_bias");
        _itemPopularity = artefact.Copy("item_popularity");
        _kindEmbedding = artefact.Copy("kind_embedding");
        _strengthEmbedding = artefact.Copy("strength_embedding");
        if (artefact.Settings.TimeGaps)
        {
            _gapEmbedding = artefact.Copy("gap_embedding");
            _requestGapEmbedding = artefact.Copy("request_gap_embedding");
        }

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
    /// <exception cref="ArgumentOutOfRangeException">The item's dense id is too large, or the kind or the gap is unknown.</exception>
    public void Step(Span<Half> slot, SessionStep step) => Advance(slot, [step]);

    /// <summary>Moves a slot by several interactions, oldest first: the same bits as one by one, several times faster.</summary>
    /// <inheritdoc cref="Step" path="/exception"/>
    public void Advance(Span<Half> slot, ReadOnlySpan<SessionStep> steps)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(slot.Length, SlotLength);
        var scratch = SessionScratch.For(Artefact.Settings);
        var state = scratch.State.AsSpan(0, StateLength);
        Float16.Widen(slot[..StateLength], state);
        var output = scratch.Output.AsSpan(0, EmbeddingSize);
        if (!Run(scratch, state, steps, round: true, output)) return;
        if (_requestGapEmbedding is null) Finish(scratch, output, output, TimeGap.Unknown);
        Float16.Narrow(state, slot);
        Float16.Narrow(output, slot[StateLength..]);
    }

    /// <summary>Makes a slot from all of a user's interactions, oldest first.</summary>
    /// <inheritdoc cref="Step" path="/exception"/>
    public void Rebuild(Span<Half> slot, ReadOnlySpan<SessionStep> steps)
    {
        slot.Clear();
        Advance(slot, steps);
    }

    /// <summary>The output vector (E) of a slot: the logit of item j is output . item vector j + bias j. Says nothing of use before the first step.</summary>
    /// <param name="slot">After at least one step.</param>
    /// <param name="output">Receives (E) values.</param>
    /// <param name="requestGap">How long ago the newest interaction was (see <see cref="TimeGap"/>); read by networks with time gaps only.</param>
    /// <inheritdoc cref="Step" path="/exception"/>
    public void ReadOutput(ReadOnlySpan<Half> slot, Span<float> output, byte requestGap = TimeGap.Unknown)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(slot.Length, SlotLength);
        Float16.Widen(slot[StateLength..], output);
        if (_requestGapEmbedding is null) return;
        var scratch = SessionScratch.For(Artefact.Settings);
        output[..EmbeddingSize].CopyTo(scratch.Residual);
        Finish(scratch, scratch.Residual.AsSpan(0, EmbeddingSize), output, requestGap);
    }

    /// <summary>The same network with a state that is never rounded: what float16 slots are measured against.</summary>
    /// <param name="state">(<see cref="StateLength"/>), zeros at first.</param>
    /// <param name="step">The interaction; one of an unknown item changes nothing.</param>
    /// <param name="output">(E), the output vector; left as it is where nothing changed.</param>
    /// <param name="requestGap">As for <see cref="ReadOutput"/>.</param>
    public void StepFloat32(Span<float> state, SessionStep step, Span<float> output, byte requestGap = TimeGap.Unknown)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(state.Length, StateLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(output.Length, EmbeddingSize);
        var scratch = SessionScratch.For(Artefact.Settings);
        var residual = scratch.Output.AsSpan(0, EmbeddingSize);
        if (Run(scratch, state, [step], round: false, residual)) Finish(scratch, residual, output, requestGap);
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

    /// <summary>Moves the state; leaves the residual stream (E) as it is before the last block's feed-forward part. False: no step's item is known, nothing was changed.</summary>
    private bool Run(SessionScratch scratch, Span<float> state, ReadOnlySpan<SessionStep> steps, bool round, Span<float> residual)
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

        scratch.Residual.AsSpan((positions - 1) * EmbeddingSize, EmbeddingSize).CopyTo(residual);
        return true;
    }

    /// <summary>The last feed-forward part and the last norm. Residual stream (E) in, which is overwritten; output (E) out; both may be the same.</summary>
    private void Finish(SessionScratch scratch, Span<float> residual, Span<float> output, byte requestGap)
    {
        if (_requestGapEmbedding is not null)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(requestGap, TimeGap.BucketCount);
            Elementwise.Add(residual, _requestGapEmbedding.AsSpan(requestGap * EmbeddingSize, EmbeddingSize));
        }

        _blocks[^1].FeedForward(scratch, residual);
        LayerNorm.Apply(residual, _normWeight, _normBias, output);
    }

    private void RunBlocks(SessionScratch scratch, Span<float> state, int positions, bool outputWanted, bool round)
    {
        var blockState = 2 * Artefact.Settings.HiddenSize;
        for (var block = 0; block < _blocks.Length; block++)
        {
            // After the last block only the newest output is of use.
            var firstWanted = block < _blocks.Length - 1 ? 0 : outputWanted ? positions - 1 : positions;
            _blocks[block].Advance(scratch, state.Slice(block * blockState, blockState), positions, firstWanted, round);
            // The last one's feed-forward part waits for the request.
            if (block < _blocks.Length - 1) _blocks[block].FeedForward(scratch, scratch.Residual.AsSpan(0, positions * EmbeddingSize));
        }
    }

    private void Embed(SessionStep step, Span<float> x)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step.Item, ItemCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((int)step.Kind, SessionArtefact.KindCount);
        Items.Row(step.Item).CopyTo(x);
        Elementwise.Add(x, _kindEmbedding.AsSpan((int)step.Kind * EmbeddingSize, EmbeddingSize));
        Elementwise.Add(x, _strengthEmbedding.AsSpan(Strength.Bucket(step.Strength) * EmbeddingSize, EmbeddingSize));
        if (_gapEmbedding is not null)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step.Gap, TimeGap.BucketCount);
            Elementwise.Add(x, _gapEmbedding.AsSpan(step.Gap * EmbeddingSize, EmbeddingSize));
        }

        GC.KeepAlive(Items);
    }
}
