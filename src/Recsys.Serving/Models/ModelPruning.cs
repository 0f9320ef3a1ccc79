using Microsoft.Extensions.Logging;
using Recsys.Serving.Experiments;
using Recsys.Serving.Live;
using Recsys.Storage;

namespace Recsys.Serving.Models;

/// <summary>
/// Deletes models beyond the newest few. The live one, the one before it, one that is prepared for and those that running experiments name are never deleted, so what a replica loads, it loads
/// whole; one that loads a model which was live two switches ago finds it gone, and asks again what is live.
/// </summary>
/// <param name="store">Has the experiments.</param>
/// <param name="documents">The models' records.</param>
/// <param name="folder">The artefacts here.</param>
/// <param name="shared">The artefacts in a shared store; null: it isn't shared.</param>
/// <param name="live">What is live in this process, which may lag behind.</param>
/// <param name="kept">How many.</param>
/// <param name="logger">Hears of it.</param>
internal sealed class ModelPruning(IRecsysStore store, ModelDocuments documents, ModelFolder folder, SharedArtefacts? shared, LiveModels live, int kept, ILogger logger)
{
    /// <summary>Deletes what is too old. A model's record goes last: what is interrupted is found again.</summary>
    public async Task RunAsync(string ns, CancellationToken cancellationToken)
    {
        var models = await documents.ListAsync(ns, cancellationToken);
        if (models.Count <= kept || await NamedAsync(ns, cancellationToken) is not { } named) return;
        var history = await documents.HistoryAsync(ns, cancellationToken);
        var stay = Protected(ns, history);
        stay.UnionWith(named);
        stay.UnionWith(models.Take(kept).Select(model => model.ModelVersion));
        ModelRecord[] old = [.. models.Where(model => !stay.Contains(model.ModelVersion))];
        if (old.Length == 0) return;

        // First nobody can roll back to them any more; what became live or is prepared for meanwhile stays.
        var gone = old.Select(model => model.ModelVersion).ToHashSet(StringComparer.Ordinal);
        history = await documents.ChangeAsync(
            ns, current => current with { Previous = [.. current.Previous.Where(version => Protected(ns, current).Contains(version) || !gone.Contains(version))] }, cancellationToken);
        gone.ExceptWith(Protected(ns, history));
        if (await NamedAsync(ns, cancellationToken) is not { } stillNamed) return;
        gone.ExceptWith(stillNamed);
        foreach (var model in old.Where(model => gone.Contains(model.ModelVersion)))
        {
            if (shared is not null) await shared.DeleteAsync(ns, model.ModelVersion, model.ArtefactBytes, cancellationToken);
            folder.Remove(ns, model.ModelVersion);
            await documents.DeleteAsync(ns, model.ModelVersion, cancellationToken);
            logger.ModelDeleted(model.ModelVersion, ns, kept);
        }

        // Other replicas hear of changes of what is live: they look which of their copies are of no use any more.
        if (shared is not null) await documents.ChangeAsync(ns, current => current, cancellationToken);
    }

    /// <summary>Deletes this replica's copies of models that another one deleted.</summary>
    public async Task RemoveCopiesAsync(string ns, CancellationToken cancellationToken)
    {
        var models = await documents.ListAsync(ns, cancellationToken);
        if (models.Count == 0) return;
        var stay = Protected(ns, await documents.HistoryAsync(ns, cancellationToken));
        stay.UnionWith(models.Select(model => model.ModelVersion));

        // One with a greater number than any record's is being registered.
        var newest = ModelDocuments.NumberOf(models[0].ModelVersion);
        foreach (var version in folder.Versions(ns).Where(version => !stay.Contains(version) && ModelDocuments.NumberOf(version) < newest)) folder.Remove(ns, version);
    }

    /// <summary>The versions that running experiments name, whoever started them; null: nobody knows, so nothing may be deleted.</summary>
    private async Task<IReadOnlySet<string>?> NamedAsync(string ns, CancellationToken cancellationToken)
    {
        try
        {
            return (await ExperimentsDocument.ReadAsync(store, ns, cancellationToken)).Document.ModelVersions();
        }
        catch (EngineException e) when (e.Reason == ExperimentsDocument.Damaged)
        {
            logger.ExperimentsUnreadable(e, ns);
            return null;
        }
    }

    private HashSet<string> Protected(string ns, LiveHistory history)
    {
        var stay = new HashSet<string>(StringComparer.Ordinal) { history.Live, history.Next };
        if (history.Previous.Count > 0) stay.Add(history.Previous[^1]);
        if (live.Of(ns) is { } here) stay.Add(here.Version);
        if (live.NextOf(ns) is { } next) stay.Add(next.Version);
        return stay;
    }
}
