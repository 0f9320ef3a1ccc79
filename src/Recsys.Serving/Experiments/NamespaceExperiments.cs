namespace Recsys.Serving.Experiments;

/// <summary>The experiments of a namespace as a replica uses them; immutable.</summary>
internal sealed class NamespaceExperiments
{
    private readonly Dictionary<string, HeldExperiment> _all;
    private readonly Dictionary<string, HeldExperiment> _running;
    private readonly HeldExperiment[] _ofModels;

    /// <summary>Prepares them.</summary>
    /// <param name="revision">Of the document.</param>
    /// <param name="document">What it holds.</param>
    public NamespaceExperiments(long revision, ExperimentsDocument document)
    {
        Revision = revision;
        _all = document.Experiments.ToDictionary(experiment => experiment.ExperimentId, experiment => new HeldExperiment(experiment), StringComparer.Ordinal);
        _running = _all.Values.Where(held => held.Experiment.StopTimeMs is null).ToDictionary(held => held.Experiment.Placement, StringComparer.Ordinal);
        _ofModels =
        [
            .. _running.Values
                .Where(held => held.Experiment.Variants.Any(variant => variant.ModelVersion.Length > 0))
                .OrderBy(held => held.Experiment.ExperimentId, StringComparer.Ordinal),
        ];
        ModelVersions = document.ModelVersions();
    }

    public long Revision { get; }

    /// <summary>The models that variants of running experiments name.</summary>
    public IReadOnlySet<string> ModelVersions { get; }

    /// <summary>Running experiments of which a variant names a model, always in the same order.</summary>
    public ReadOnlySpan<HeldExperiment> OfModels => _ofModels;

    /// <summary>In no order.</summary>
    public IEnumerable<Experiment> All => _all.Values.Select(held => held.Experiment);

    /// <summary>Those of a placement, running and stopped, in no order.</summary>
    public IReadOnlyList<HeldExperiment> AllOf(string placement) => [.. _all.Values.Where(held => held.Experiment.Placement == placement)];

    /// <summary>The one that runs in a placement; null: none does.</summary>
    public HeldExperiment? RunningOf(string placement) => _running.GetValueOrDefault(placement);

    /// <summary>The one of an id, running or stopped; null: there is none.</summary>
    public HeldExperiment? Find(string experimentId) => _all.GetValueOrDefault(experimentId);
}
