using Recsys.Serving.Lists;

namespace Recsys.Server.Streaming;

/// <summary>A wish for lists of one user in one placement. Its flags are the outbox's and under its lock.</summary>
internal sealed class Subscription(ListRequest request) : IDisposable
{
    private const int CharsPerItemId = 32;

    public ListRequest Request => request;

    /// <summary>What it holds in memory, in item ids: a filter's text and tree are as large as an id for each 32 characters that it begins.</summary>
    public int ItemIdCount => request.IncludeItemIds.Count + request.ExcludeItemIds.Count + ((request.Filter?.Text.Length ?? 0) + CharsPerItemId - 1) / CharsPerItemId;

    /// <summary>A fresh list is owed; the subscription is in the queue exactly then.</summary>
    public bool Dirty { get; set; }

    /// <summary>Its watch stands: the first list is or was owed.</summary>
    public bool Begun { get; set; }

    /// <summary>Replaced or given up: owed lists are no longer wanted.</summary>
    public bool Ended { get; set; }

    /// <summary>Ends the engine's calls.</summary>
    public IDisposable? Watch { get; set; }

    public void Dispose() => Watch?.Dispose();
}
