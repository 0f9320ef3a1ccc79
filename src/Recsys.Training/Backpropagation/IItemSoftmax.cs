namespace Recsys.Training.Backpropagation;

/// <summary>The loss of outputs that are to predict items, over all items or a sample of them.</summary>
internal interface IItemSoftmax : IDisposable
{
    /// <summary>Adds the gradients of the item embedding and bias, and writes those of the outputs.</summary>
    /// <param name="outputs">(T, E).</param>
    /// <param name="targets">Dense items, (T).</param>
    /// <param name="divisor">What loss and gradients are divided by.</param>
    /// <param name="leftOut">For each target the items to leave out of its softmax (the target itself always stays), or null to leave none out.</param>
    /// <param name="dOutputs">(T, E), written.</param>
    /// <param name="random">Draws what is sampled.</param>
    /// <returns>The summed cross-entropy in nats, divided.</returns>
    double Learn(Matrix outputs, int[] targets, int divisor, Func<int, int[]>? leftOut, Matrix dOutputs, Random random);
}
