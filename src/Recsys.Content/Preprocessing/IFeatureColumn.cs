using Recsys.Content.Examples;

namespace Recsys.Content.Preprocessing;

/// <summary>A column that takes some places in the vector of a dense network.</summary>
internal interface IFeatureColumn
{
    /// <summary>How many places.</summary>
    int Count { get; }

    /// <summary>What is wrong with a value ("is NaN, expected a finite number"), or null. A value that isn't there is unknown, not wrong.</summary>
    string? Problem(ExampleValue? value);

    /// <summary>Adds what isn't 0 of a value without a problem, places ascending from <paramref name="first"/>.</summary>
    void Add(ExampleValue? value, int first, List<int> indices, List<float> values);
}
