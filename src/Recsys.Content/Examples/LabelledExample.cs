namespace Recsys.Content.Examples;

/// <summary>An example with what is true of it.</summary>
/// <param name="Values">By column name. A column that isn't there is unknown.</param>
/// <param name="Labels">Its class (exactly one), or its labels (any number). Empty where the target is a number.</param>
/// <param name="Target">Where the target is a number: that.</param>
/// <param name="Part">Which part it's in; null: the split by the seed decides.</param>
/// <param name="Origin">Where it's from, for messages: "line 12", "comedy/1.jpg".</param>
public sealed record LabelledExample(IReadOnlyDictionary<string, ExampleValue> Values, IReadOnlyList<string> Labels, double Target, ExamplePart? Part, string Origin);
