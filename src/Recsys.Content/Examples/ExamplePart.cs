namespace Recsys.Content.Examples;

/// <summary>What an example is used for.</summary>
public enum ExamplePart
{
    /// <summary>Weights, vocabularies, means and scales come from it.</summary>
    Train,

    /// <summary>Decides when to stop, and calibrates.</summary>
    Validation,

    /// <summary>Is measured once, at the end.</summary>
    Test,
}
