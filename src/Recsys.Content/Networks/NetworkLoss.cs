namespace Recsys.Content.Networks;

/// <summary>What a training makes small.</summary>
public enum NetworkLoss
{
    /// <summary>Cross-entropy in nats: of the softmax for classes, summed over the sigmoids for labels. Not for numbers.</summary>
    CrossEntropy,

    /// <summary>Mean squared error: of the probabilities for classes and labels, of the standardised number.</summary>
    MeanSquaredError,
}
