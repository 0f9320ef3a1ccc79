using Recsys.Serving.Models;
using Recsys.Storage;

namespace Recsys.Serving.Migration;

/// <summary>Copies the artefacts of all models that the source has a record of.</summary>
internal static class ArtefactCopy
{
    private const int PageSize = 500;

    public static async Task RunAsync(MigrationSide source, MigrationSide target, MigrationCounts counts, CancellationToken cancellationToken)
    {
        var (from, to) = (new ArtefactPlace(source), new ArtefactPlace(target));
        await foreach (var (ns, version) in ListAsync(source.Store, cancellationToken))
        {
            if (await to.HasAsync(ns, version, cancellationToken))
            {
                counts.AddArtefact(written: false);
                continue;
            }

            using var work = new WorkFolder(Directory.CreateTempSubdirectory("recsys-migrate-").FullName);
            if (await from.OpenAsync(ns, version, work.Child("artefact"), cancellationToken) is not { } folder) continue;
            await to.PutAsync(folder, ns, version, cancellationToken);
            counts.AddArtefact(written: true);
        }
    }

    /// <summary>Namespace and version of every model of a store.</summary>
    public static async IAsyncEnumerable<(string Namespace, string Version)> ListAsync(
        IRecsysStore store, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DocumentKey? after = null;
        while (await store.ListDocumentsAsync(ModelDocuments.ModelCollection, null, after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var model in page) yield return (model.Key.Namespace, model.Key.Key);
            after = page[^1].Key;
        }
    }
}
