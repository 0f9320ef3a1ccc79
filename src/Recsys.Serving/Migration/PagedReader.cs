namespace Recsys.Serving.Migration;

/// <summary>Reads what a store gives in pages one by one, with a look at the next.</summary>
/// <param name="pageSize">How many to ask for at once; a shorter page is the last.</param>
/// <param name="read">Reads the page after an element; null: the first page.</param>
internal sealed class PagedReader<T>(int pageSize, Func<T?, int, CancellationToken, ValueTask<IReadOnlyList<T>>> read)
    where T : class
{
    private IReadOnlyList<T> _page = [];
    private T? _last;
    private int _next;
    private bool _isLast;

    /// <summary>The next one; null: there are no more.</summary>
    public async ValueTask<T?> PeekAsync(CancellationToken cancellationToken)
    {
        if (_next == _page.Count && !_isLast)
        {
            _page = await read(_last, pageSize, cancellationToken);
            _next = 0;
            _isLast = _page.Count < pageSize;
            if (_page.Count > 0) _last = _page[^1];
        }

        return _next < _page.Count ? _page[_next] : null;
    }

    /// <summary>Goes on behind what <see cref="PeekAsync"/> returned.</summary>
    public void Take() => _next++;
}
