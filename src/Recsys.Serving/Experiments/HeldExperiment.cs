using Recsys.Inference.Experiments;

namespace Recsys.Serving.Experiments;

/// <summary>An experiment as lists use it: its split and its variants, prepared.</summary>
internal sealed class HeldExperiment
{
    private readonly VariantAssignment _assignment;
    private readonly HeldVariant[] _variants;

    public HeldExperiment(Experiment experiment)
    {
        Experiment = experiment;
        _assignment = experiment.Assignment();
        _variants = [.. experiment.Variants.Select(variant => new HeldVariant(variant))];
        Control = Named(experiment.Control) ?? throw new ArgumentException($"Experiment '{experiment.ExperimentId}' has no variant '{experiment.Control}'.", nameof(experiment));
    }

    public Experiment Experiment { get; }

    public HeldVariant Control { get; }

    /// <summary>The user's variant; null: the user is outside of all shares.</summary>
    public HeldVariant? Of(string userId) => _assignment.IndexOf(userId) is var index and >= 0 ? _variants[index] : null;

    /// <summary>The variant of a name; null: there is none any more.</summary>
    public HeldVariant? Named(string name) => Array.Find(_variants, variant => variant.Name == name);
}
