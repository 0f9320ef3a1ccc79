namespace Recsys.Content.Examples;

/// <summary>What a network is asked about: values by column.</summary>
/// <param name="Values">By column name. A column that isn't there is unknown.</param>
public sealed record Example(IReadOnlyDictionary<string, ExampleValue> Values);
