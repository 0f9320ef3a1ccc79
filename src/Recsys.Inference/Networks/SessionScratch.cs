using Recsys.Inference.Artefacts;

namespace Recsys.Inference.Networks;

/// <summary>Work space of one thread, grown to the largest network that it has run; never shared, so that a step allocates nothing.</summary>
internal sealed class SessionScratch
{
    /// <summary>Positions that go through the network together in a rebuild: weights are read once for all of them.</summary>
    internal const int MaxPositions = 16;

    [ThreadStatic]
    private static SessionScratch? _ofThread;

    /// <summary>(positions, E): the residual stream.</summary>
    internal float[] Residual { get; private set; } = [];

    /// <summary>(positions, E): normalised inputs, then the feed-forward layer's result.</summary>
    internal float[] Normal { get; private set; } = [];

    /// <summary>(positions, larger of 4H and M E): gates, then the feed-forward layer's inner values.</summary>
    internal float[] Wide { get; private set; } = [];

    /// <summary>h and c of all blocks.</summary>
    internal float[] State { get; private set; } = [];

    /// <summary>(M E).</summary>
    internal float[] Output { get; private set; } = [];

    internal static SessionScratch For(SessionSettings settings)
    {
        var scratch = _ofThread ??= new();
        var e = settings.EmbeddingSize;
        var wide = Math.Max(4 * settings.HiddenSize, settings.FeedForwardMultiple * e);
        if (scratch.Residual.Length < MaxPositions * e) scratch.Residual = new float[MaxPositions * e];
        if (scratch.Normal.Length < MaxPositions * e) scratch.Normal = new float[MaxPositions * e];
        if (scratch.Wide.Length < MaxPositions * wide) scratch.Wide = new float[MaxPositions * wide];
        var state = 2 * settings.Members * settings.Blocks * settings.HiddenSize;
        if (scratch.State.Length < state) scratch.State = new float[state];
        if (scratch.Output.Length < settings.VectorSize) scratch.Output = new float[settings.VectorSize];
        return scratch;
    }
}
