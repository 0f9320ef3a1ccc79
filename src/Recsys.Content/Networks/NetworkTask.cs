namespace Recsys.Content.Networks;

/// <summary>What a network tells.</summary>
public enum NetworkTask
{
    /// <summary>One class of several: softmax over the classes.</summary>
    Classes,

    /// <summary>Any number of labels: a sigmoid each.</summary>
    Labels,

    /// <summary>A number.</summary>
    Number,
}
