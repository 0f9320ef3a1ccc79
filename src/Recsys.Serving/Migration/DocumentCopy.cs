using Recsys.Serving.Models;
using Recsys.Storage;

namespace Recsys.Serving.Migration;

/// <summary>Copies documents. Artefacts aren't among them: see <see cref="ArtefactCopy"/>.</summary>
internal static class DocumentCopy
{
    private const int WritesAtOnce = 200;
    private const int BytesAtOnce = 4 << 20;

    /// <summary>The collections whose documents are the same in every store.</summary>
    public static IEnumerable<string> Collections => StoreCollections.All.Where(collection => collection != SharedArtefacts.Collection);

    public static async Task RunAsync(IRecsysStore source, IRecsysStore target, MigrationCounts counts, CancellationToken cancellationToken)
    {
        foreach (var collection in Collections)
        {
            var (writes, bytes) = (new List<DocumentWrite>(), 0);
            await foreach (var (original, copy) in DocumentPairs.ReadAsync(source, target, collection, cancellationToken))
            {
                if (original is null) continue;
                if (copy is not null && copy.Content.Span.SequenceEqual(original.Content.Span))
                {
                    counts.AddDocuments(0, 1);
                    continue;
                }

                writes.Add(new() { Collection = collection, Key = original.Key, Content = original.Content });
                bytes += original.Content.Length;
                if (writes.Count < WritesAtOnce && bytes < BytesAtOnce) continue;
                await WriteAsync(writes);
                bytes = 0;
            }

            await WriteAsync(writes);
        }

        async Task WriteAsync(List<DocumentWrite> writes)
        {
            await target.PutDocumentsAsync(writes, cancellationToken);
            counts.AddDocuments(writes.Count, 0);
            writes.Clear();
        }
    }
}
