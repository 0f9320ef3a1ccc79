namespace Recsys.Inference.Experiments;

/// <summary>A variant of an experiment and the share of users it is meant to have.</summary>
/// <param name="Name">Unique within the experiment. It decides which users come to it: a renamed variant has other users.</param>
/// <param name="Share">Above 0, at most 1; all variants' together at most 1.</param>
public readonly record struct VariantShare(string Name, double Share);
