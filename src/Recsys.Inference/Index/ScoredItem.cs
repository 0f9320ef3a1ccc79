namespace Recsys.Inference.Index;

/// <summary>An item in a ranked list.</summary>
/// <param name="Item">Dense id.</param>
/// <param name="Score">Higher is better.</param>
public readonly record struct ScoredItem(int Item, float Score);
