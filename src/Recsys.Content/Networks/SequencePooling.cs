namespace Recsys.Content.Networks;

/// <summary>What is kept of an LSTM's states over a sequence.</summary>
public enum SequencePooling
{
    /// <summary>The last state (of the backward LSTM: that after the first step).</summary>
    Last,

    /// <summary>Each unit's mean.</summary>
    Mean,

    /// <summary>Each unit's largest value.</summary>
    Max,
}
