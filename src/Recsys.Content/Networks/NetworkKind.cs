namespace Recsys.Content.Networks;

/// <summary>The family of a network that a team trains on its own labelled data.</summary>
public enum NetworkKind
{
    /// <summary>Dense layers over one vector: numbers, categories, words of texts.</summary>
    Dense,

    /// <summary>Convolutions and max-pooling over an image, then dense layers.</summary>
    Convolutional,

    /// <summary>An LSTM over a sequence of steps (categories, numbers, or both).</summary>
    Recurrent,

    /// <summary>Embedded word pieces of a text through an LSTM, with a linear way of the words beside it.</summary>
    Text,
}
