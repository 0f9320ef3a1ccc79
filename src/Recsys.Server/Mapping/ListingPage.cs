using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Recsys.Server.Mapping;

/// <summary>Pages of what a server has in memory by id.</summary>
internal static class ListingPage
{
    // What is full at this size and takes one more of 1 MiB still fits what clients receive by default.
    private const int MaxBytes = 1 << 20;

    /// <summary>Fills a page until it has as many entries or bytes as it may; at least one entry, if any is left.</summary>
    /// <typeparam name="TEntry">What is listed.</typeparam>
    /// <typeparam name="TMessage">Its message.</typeparam>
    /// <param name="page">Empty.</param>
    /// <param name="entries">All, in the ordinal order of their ids.</param>
    /// <param name="idOf">The id of one.</param>
    /// <param name="write">The message of one.</param>
    /// <param name="after">The last id of the page before; null: it's the first page.</param>
    /// <param name="pageSize">How many it may have.</param>
    /// <param name="listing">See <see cref="PageTokens"/>.</param>
    /// <returns>The token of the next page; empty: there is none.</returns>
    public static string Fill<TEntry, TMessage>(
        RepeatedField<TMessage> page, IEnumerable<TEntry> entries, Func<TEntry, string> idOf, Func<TEntry, TMessage> write, string? after, int pageSize, string listing)
        where TMessage : IMessage
    {
        var (bytes, last) = (0, "");
        foreach (var entry in entries)
        {
            var id = idOf(entry);
            if (after is not null && string.CompareOrdinal(id, after) <= 0) continue;
            if (page.Count == pageSize || bytes > MaxBytes) return PageTokens.Write(listing, last);
            var message = write(entry);
            bytes += message.CalculateSize();
            page.Add(message);
            last = id;
        }

        return "";
    }
}
