namespace Recsys.Inference.Experiments;

/// <summary>What is compared.</summary>
/// <param name="Variants">With their shares, as they were given to <see cref="VariantAssignment"/>; <see cref="UserOutcome.Variant"/> is the place in it.</param>
/// <param name="Control">The place of the variant that the others are compared with.</param>
public sealed record ExperimentDesign(IReadOnlyList<VariantShare> Variants, int Control = 0);
