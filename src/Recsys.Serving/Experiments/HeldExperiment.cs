using Recsys.Inference.Experiments;

namespace Recsys.Serving.Experiments;

/// <summary>An experiment as lists use it: its split and its variants, prepared.</summary>
internal sealed class HeldExperiment(Experiment experiment)
{
    private readonly VariantAssignment _assignment = experiment.Assignment();
    private readonly HeldVariant[] _variants = [.. experiment.Variants.Select(variant => new HeldVariant(variant))];

    public Experiment Experiment => experiment;

    public HeldVariant Control => _variants.First(variant => variant.Name == experiment.Control);

    /// <summary>The user's variant; null: the user is outside of all shares.</summary>
    public HeldVariant? Of(string userId) => _assignment.IndexOf(userId) is var index and >= 0 ? _variants[index] : null;

    /// <summary>The variant of a name; null: there is none any more.</summary>
    public HeldVariant? Named(string name) => Array.Find(_variants, variant => variant.Name == name);
}
