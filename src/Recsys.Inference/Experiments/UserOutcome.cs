namespace Recsys.Inference.Experiments;

/// <summary>What happened with a user in an experiment, or a part of it: outcomes of the same user add up.</summary>
/// <param name="User">The user's hash (<see cref="StableHash.Of(ReadOnlySpan{char}, ulong)"/>); two users of a million share one with a probability of 3e-8.</param>
/// <param name="Variant">The variant's place in the design, from 0.</param>
/// <param name="Exposures">Items shown.</param>
/// <param name="Plays">Shown items that were played.</param>
/// <param name="PlayedSeconds">How long, in all.</param>
public readonly record struct UserOutcome(ulong User, int Variant, long Exposures, long Plays, double PlayedSeconds);
