using Recsys.Inference.Experiments;

namespace Recsys.Serving.Experiments;

/// <summary>An experiment of a placement; the fields are those of recsys.v1.Experiment, whose names they have. Immutable. Stored as JSON.</summary>
public sealed record Experiment
{
    /// <summary>Its id.</summary>
    public required string ExperimentId { get; init; }

    /// <summary>The placement whose lists differ.</summary>
    public required string Placement { get; init; }

    /// <summary>Which split it is; empty: <see cref="ExperimentId"/> says it.</summary>
    public string Salt { get; init; } = "";

    /// <summary>2 to 10.</summary>
    public IReadOnlyList<ExperimentVariant> Variants { get; init; } = [];

    /// <summary>The name of the variant that the others are compared with.</summary>
    public string Control { get; init; } = "";

    /// <summary>Of the namespace's experiments: each change of one gives it the next number. 0: it isn't stored yet.</summary>
    public long Version { get; init; }

    /// <summary>When it started, Unix ms.</summary>
    public long StartTimeMs { get; init; }

    /// <summary>When it was stopped, Unix ms; null: it runs.</summary>
    public long? StopTimeMs { get; init; }

    /// <summary>Which variant each user has.</summary>
    internal VariantAssignment Assignment() => new(Salt.Length > 0 ? Salt : ExperimentId, Shares());

    /// <summary>What is compared.</summary>
    internal ExperimentDesign Design() => new(Shares(), Variants.TakeWhile(variant => variant.Name != Control).Count());

    private VariantShare[] Shares() => [.. Variants.Select(variant => new VariantShare(variant.Name, variant.Share))];
}
