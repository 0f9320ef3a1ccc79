using System.Runtime.InteropServices;

namespace Recsys.Serving.Filters;

/// <summary>
/// What filters do for one request: it ends with the call, and a filter that's dear is asked of an item once, whatever number of shelves, sources and boosts want to know. For one thread.
/// </summary>
/// <param name="cancellationToken">The call's.</param>
internal sealed class FilterWork(CancellationToken cancellationToken)
{
    /// <summary>From this <see cref="Nodes.FilterNode.Cost"/> on an answer is kept: cheaper filters are about as quick as the look-up.</summary>
    public const int DearCost = 64;

    private const int ItemsPerWord = 32;
    private const ulong Asked = 1;
    private const ulong Passed = 3;

    // Two bits an item: 0 where it wasn't asked. By context too: a shelf may see its users otherwise than another. Null until there is a dear filter, which most requests don't have.
    private Dictionary<(ItemFilter, FilterContext), ulong[]?>? _answers;

    /// <summary>Ends the work where nobody waits for it any more.</summary>
    /// <exception cref="OperationCanceledException">The call is over.</exception>
    public void ThrowIfOver() => cancellationToken.ThrowIfCancellationRequested();

    /// <summary>Whether an item passes, by what the filter said when it was first asked.</summary>
    public bool Matches(ItemFilter filter, uint item, in FilterContext context)
    {
        ref var words = ref CollectionsMarshal.GetValueRefOrAddDefault(_answers ??= [], (filter, context), out _);
        var (word, shift) = ((int)(item / ItemsPerWord), (int)(item % ItemsPerWord) * 2);
        if (words is null || word >= words.Length) Array.Resize(ref words, Math.Max(word + 1, 2 * (words?.Length ?? 0)));
        var answer = (words[word] >> shift) & Passed;
        if (answer == 0)
        {
            answer = filter.Ask(item, context) ? Passed : Asked;
            words[word] |= answer << shift;
        }

        return answer == Passed;
    }
}
