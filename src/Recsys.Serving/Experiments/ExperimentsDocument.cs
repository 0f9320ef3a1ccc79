using System.Text.Json;
using Recsys.Storage;

namespace Recsys.Serving.Experiments;

/// <summary>
/// The experiments of a namespace as stored: one document of JSON without defaults, so that of two servers that start an experiment of one placement at once only one can. Unknown fields
/// are ignored, so that what a newer version wrote stays readable.
/// </summary>
/// <param name="LastVersion">Given to the newest change; never goes back.</param>
/// <param name="Experiments">In the ordinal order of their ids.</param>
internal sealed record ExperimentsDocument(long LastVersion, IReadOnlyList<Experiment> Experiments)
{
    /// <summary>The collection of the documents.</summary>
    public const string Collection = "experiments";

    /// <summary>The key of each namespace's document.</summary>
    public const string Key = "all";

    /// <summary>The reason of the error where a document can't be read.</summary>
    public const string Damaged = "EXPERIMENTS_DAMAGED";

    public static ExperimentsDocument Empty { get; } = new(0, []);

    /// <summary>The document's bytes.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, ExperimentJson.Stored.ExperimentsDocument);

    /// <summary>With an experiment in the place of that of its id.</summary>
    public ExperimentsDocument With(Experiment experiment) => new(
        experiment.Version, [.. Without(experiment.ExperimentId).Append(experiment).OrderBy(other => other.ExperimentId, StringComparer.Ordinal)]);

    /// <summary>Those of other ids.</summary>
    public IEnumerable<Experiment> Without(string experimentId) => Experiments.Where(other => other.ExperimentId != experimentId);

    /// <summary>The experiment of an id; null: there is none.</summary>
    public Experiment? Find(string experimentId) => Experiments.FirstOrDefault(experiment => experiment.ExperimentId == experimentId);

    /// <summary>The models that variants of running experiments name.</summary>
    public IReadOnlySet<string> ModelVersions() => Experiments
        .Where(experiment => experiment.StopTimeMs is null)
        .SelectMany(experiment => experiment.Variants)
        .Where(variant => variant.ModelVersion.Length > 0)
        .Select(variant => variant.ModelVersion)
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>Reads a namespace's document as it's stored, an empty one where there is none, and its revision.</summary>
    /// <exception cref="EngineException">FailedPrecondition (<see cref="Damaged"/>), Unavailable.</exception>
    public static async ValueTask<(long Revision, ExperimentsDocument Document)> ReadAsync(IRecsysStore store, string ns, CancellationToken cancellationToken)
    {
        var stored = await StoreFailure.GuardAsync(() => store.GetDocumentAsync(Collection, ns, Key, cancellationToken));
        if (stored is null) return (0, Empty);
        try
        {
            return (stored.Revision, Read(stored));
        }
        catch (JsonException e)
        {
            throw new EngineException(EngineErrorKind.FailedPrecondition, Damaged, $"The stored experiments of '{ns}' can't be read: {e.Message}", innerException: e);
        }
    }

    /// <summary>Reads a stored document.</summary>
    /// <exception cref="JsonException">It's damaged.</exception>
    public static ExperimentsDocument Read(Document document)
    {
        var read = JsonSerializer.Deserialize(document.Content.Span, ExperimentJson.Stored.ExperimentsDocument) ?? throw new JsonException("A document of experiments holds null.");
        return read with { Experiments = [.. (read.Experiments ?? []).Select(Whole)] };
    }

    // Generated code sets every init property: absent fields come out as null whatever the record's own default is.
    private static Experiment Whole(Experiment experiment)
    {
        if (experiment?.ExperimentId is null || experiment.Placement is null || experiment.Variants is null) throw new JsonException("An experiment has no id, placement or variants.");
        var whole = experiment with
        {
            Salt = experiment.Salt ?? "",
            Control = experiment.Control ?? "",
            Variants =
            [
                .. experiment.Variants.Select(variant => variant?.Name is null
                    ? throw new JsonException("A variant has no name.")
                    : variant with { PlacementId = variant.PlacementId ?? "", Sources = variant.Sources ?? [], ModelVersion = variant.ModelVersion ?? "" }),
            ],
        };
        try
        {
            // Whoever finds it here may split users by it.
            return new HeldExperiment(whole).Experiment;
        }
        catch (ArgumentException e)
        {
            throw new JsonException(e.Message, e);
        }
    }
}
