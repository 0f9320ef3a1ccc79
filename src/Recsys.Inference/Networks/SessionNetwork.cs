using Recsys.Inference.Artefacts;
using Recsys.Inference.Index;
using Recsys.Inference.Kernels;

namespace Recsys.Inference.Networks;

/// <summary>
/// The Session model: item embedding, residual LSTM blocks, tied softmax; or several such networks, whose logits are averaged. Immutable and thread-safe;
/// steps allocate nothing after a thread's first.
/// A user's **slot** is h and c of every block followed by the residual stream (M E) before the last feed-forward part, all float16. That part and the last norm run
/// when a list is asked for (<see cref="ReadOutput"/>): no later step needs them, so an interaction that no list follows doesn't pay for them, and with time gaps they
/// read the time that has passed until the request. Results are the same bits on every processor, and the same whether interactions come one by one or together.
/// </summary>
public sealed class SessionNetwork
{
    /// <summary>
    /// Counts the changes after which the same weights and interactions give other bits (2: blocks' matrices as bfloat16; 3: the last feed-forward part always runs at the
    /// request), for whoever keeps slots: one made by another arithmetic must be made anew, not gone on from.
    /// </summary>
    public const int Arithmetic = 3;

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
        Items = new(artefact.View("item_embedding"), artefact.Settings.VectorSize);
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
        _blocks = new SessionBlock[artefact.Settings.Members * artefact.Settings.Blocks];
        for (var i = 0; i < _blocks.Length; i++) _blocks[i] = new(artefact, i);
    }

    /// <summary>What it was made from: manifest, item numbers, the map from item number to dense id.</summary>
    public SessionArtefact Artefact { get; }

    /// <summary>Items that the model knows, N.</summary>
    public int ItemCount => Artefact.ItemCount;

    /// <summary>Length of item and output vectors, M E.</summary>
    public int VectorSize => Artefact.Settings.VectorSize;

    /// <summary>Values of h and c of all blocks, 2 M B H.</summary>
    public int StateLength => 2 * _blocks.Length * Artefact.Settings.HiddenSize;

    /// <summary>Halfs in a user's slot: <see cref="StateLength"/> + <see cref="VectorSize"/>; twice as many bytes.</summary>
    public int SlotLength => StateLength + VectorSize;

    /// <summary>Item vectors, (N, M E).</summary>
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
        var residual = scratch.Output.AsSpan(0, VectorSize);
        if (!Run(scratch, state, steps, round: true, residual)) return;
        Float16.Narrow(state, slot);
        Float16.Narrow(residual, slot[StateLength..]);
    }

    /// <summary>Makes a slot from all of a user's interactions, oldest first.</summary>
    /// <inheritdoc cref="Step" path="/exception"/>
    public void Rebuild(Span<Half> slot, ReadOnlySpan<SessionStep> steps)
    {
        slot.Clear();
        Advance(slot, steps);
    }

    /// <summary>The output vector (M E) of a slot: the logit of item j is output . item vector j + bias j. Says nothing of use before the first step.</summary>
    /// <param name="slot">After at least one step.</param>
    /// <param name="output">Receives (M E) values.</param>
    /// <param name="requestGap">How long ago the newest interaction was (see <see cref="TimeGap"/>); read by networks with time gaps only.</param>
    /// <inheritdoc cref="Step" path="/exception"/>
    public void ReadOutput(ReadOnlySpan<Half> slot, Span<float> output, byte requestGap = TimeGap.Unknown)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(slot.Length, SlotLength);
        var scratch = SessionScratch.For(Artefact.Settings);
        var residual = scratch.Output.AsSpan(0, VectorSize);
        Float16.Widen(slot[StateLength..], residual);
        Finish(scratch, residual, output, requestGap);
    }

    /// <summary>The same network with a state that is never rounded: what float16 slots are measured against.</summary>
    /// <param name="state">(<see cref="StateLength"/>), zeros at first.</param>
    /// <param name="step">The interaction; one of an unknown item changes nothing.</param>
    /// <param name="output">(M E), the output vector; left as it is where nothing changed.</param>
    /// <param name="requestGap">As for <see cref="ReadOutput"/>.</param>
    public void StepFloat32(Span<float> state, SessionStep step, Span<float> output, byte requestGap = TimeGap.Unknown)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(state.Length, StateLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(output.Length, VectorSize);
        var scratch = SessionScratch.For(Artefact.Settings);
        var residual = scratch.Output.AsSpan(0, VectorSize);
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

    /// <summary>Adds an item's vector, made a length of 1, to a sum of such; nothing where it is zero.</summary>
    /// <param name="item">Dense id.</param>
    /// <param name="weight">By which it's multiplied.</param>
    /// <param name="sum">(E).</param>
    public void AddUnit(int item, float weight, Span<float> sum)
    {
        var row = Items.Row(item);
        var norm = MathF.Sqrt(Dot.Of(row, row));
        for (var i = 0; norm > 0 && i < sum.Length; i++) sum[i] += weight * row[i] / norm;
        GC.KeepAlive(Items);
    }

    /// <summary>The product of an item's vector, made a length of 1, and another; 0 where it is zero.</summary>
    /// <param name="item">Dense id.</param>
    /// <param name="direction">(E).</param>
    public float Along(int item, ReadOnlySpan<float> direction)
    {
        var row = Items.Row(item);
        var norm = MathF.Sqrt(Dot.Of(row, row));
        var product = norm > 0 ? Dot.Of(row, direction) / norm : 0f;
        GC.KeepAlive(Items);
        return product;
    }

    /// <summary>Moves the state; leaves the members' residual streams (M E) as they are before their last block's feed-forward part. False: no step's item is known, nothing was changed.</summary>
    private bool Run(SessionScratch scratch, Span<float> state, ReadOnlySpan<SessionStep> steps, bool round, Span<float> residual)
    {
        var e = Artefact.Settings.EmbeddingSize;
        var last = steps.Length - 1;
        while (last >= 0 && steps[last].Item < 0) last--;
        if (last < 0) return false;
        Span<int> chunk = stackalloc int[SessionScratch.MaxPositions];
        var positions = 0;
        for (var i = 0; i <= last; i++)
        {
            if (steps[i].Item < 0) continue;
            chunk[positions++] = i;
            if (positions < chunk.Length && i < last) continue;
            for (var member = 0; member < Artefact.Settings.Members; member++)
            {
                for (var p = 0; p < positions; p++) Embed(steps[chunk[p]], member * e, scratch.Residual.AsSpan(p * e, e));
                RunBlocks(scratch, state, member, positions, outputWanted: i == last, round);
                if (i == last) scratch.Residual.AsSpan((positions - 1) * e, e).CopyTo(residual[(member * e)..]);
            }

            positions = 0;
        }

        return true;
    }

    /// <summary>Each member's last feed-forward part and last norm. Residual streams (M E) in, which are overwritten; output (M E) out.</summary>
    private void Finish(SessionScratch scratch, Span<float> residual, Span<float> output, byte requestGap)
    {
        if (_requestGapEmbedding is not null)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(requestGap, TimeGap.BucketCount);
            Elementwise.Add(residual, _requestGapEmbedding.AsSpan(requestGap * VectorSize, VectorSize));
        }

        var (members, blocks, e) = (Artefact.Settings.Members, Artefact.Settings.Blocks, Artefact.Settings.EmbeddingSize);
        for (var member = 0; member < members; member++)
        {
            var part = residual.Slice(member * e, e);
            _blocks[(member * blocks) + blocks - 1].FeedForward(scratch, part);
            LayerNorm.Apply(part, _normWeight.AsSpan(member * e, e), _normBias.AsSpan(member * e, e), output[(member * e)..]);
        }
    }

    private void RunBlocks(SessionScratch scratch, Span<float> state, int member, int positions, bool outputWanted, bool round)
    {
        var (blocks, blockState) = (Artefact.Settings.Blocks, 2 * Artefact.Settings.HiddenSize);
        for (var block = 0; block < blocks; block++)
        {
            // After the last block only the newest output is of use.
            var firstWanted = block < blocks - 1 ? 0 : outputWanted ? positions - 1 : positions;
            var at = (member * blocks) + block;
            _blocks[at].Advance(scratch, state.Slice(at * blockState, blockState), positions, firstWanted, round);
            // The last one's feed-forward part waits for the request.
            if (block < blocks - 1) _blocks[at].FeedForward(scratch, scratch.Residual.AsSpan(0, positions * Artefact.Settings.EmbeddingSize));
        }
    }

    /// <summary>The input of a member whose part of each vector begins at <paramref name="first"/>.</summary>
    private void Embed(SessionStep step, int first, Span<float> x)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step.Item, ItemCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((int)step.Kind, SessionArtefact.KindCount);
        Items.Row(step.Item).Slice(first, x.Length).CopyTo(x);
        Elementwise.Add(x, _kindEmbedding.AsSpan(((int)step.Kind * VectorSize) + first, x.Length));
        Elementwise.Add(x, _strengthEmbedding.AsSpan((Strength.Bucket(step.Strength) * VectorSize) + first, x.Length));
        if (_gapEmbedding is not null)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step.Gap, TimeGap.BucketCount);
            Elementwise.Add(x, _gapEmbedding.AsSpan((step.Gap * VectorSize) + first, x.Length));
        }

        GC.KeepAlive(Items);
    }
}
