using System.Runtime.CompilerServices;
using System.Text;
using Recsys.Storage;

namespace Recsys.Serving.Migration;

/// <summary>The documents of a collection in two stores, side by side by their keys.</summary>
internal static class DocumentPairs
{
    private const int PageSize = 500;

    /// <summary>Each key that one of them has, in order; null: that store doesn't have it.</summary>
    public static async IAsyncEnumerable<(Document? Source, Document? Target)> ReadAsync(
        IRecsysStore source, IRecsysStore target, string collection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (left, right) = (Reader(source, collection), Reader(target, collection));
        while (true)
        {
            var (a, b) = (await left.PeekAsync(cancellationToken), await right.PeekAsync(cancellationToken));
            if (a is null && b is null) yield break;
            var order = a is null ? 1 : b is null ? -1 : Compare(a.Key, b.Key);
            if (order <= 0) left.Take();
            if (order >= 0) right.Take();
            yield return (order <= 0 ? a : null, order >= 0 ? b : null);
        }
    }

    private static PagedReader<Document> Reader(IRecsysStore store, string collection) =>
        new(PageSize, (last, count, cancellationToken) => store.ListDocumentsAsync(collection, null, last?.Key, count, cancellationToken));

    // Stores order by bytes of UTF-8, which differs from the order of .NET's strings beyond the basic plane.
    private static int Compare(DocumentKey a, DocumentKey b) => Compare(a.Namespace, b.Namespace) is var order and not 0 ? order : Compare(a.Key, b.Key);

    private static int Compare(string a, string b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b));
}
