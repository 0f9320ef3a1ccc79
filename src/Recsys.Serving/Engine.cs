using Microsoft.Extensions.Logging;
using Recsys.Serving.Access;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Lists;
using Recsys.Serving.Models;
using Recsys.Serving.Users;
using Recsys.Storage;

namespace Recsys.Serving;

/// <summary>The online engine: events in, state forward, ranked lists out.</summary>
public sealed class Engine : IAsyncDisposable
{
    /// <summary>The catalogue.</summary>
    public ItemCatalogue Catalogue => throw new NotImplementedException();

    /// <summary>Users.</summary>
    public UserDirectory Users => throw new NotImplementedException();

    /// <summary>Models.</summary>
    public ModelRegistry Models => throw new NotImplementedException();

    /// <summary>API keys.</summary>
    public ApiKeyRegistry ApiKeys => throw new NotImplementedException();

    /// <summary>How firmly an accepted event is stored.</summary>
    public StoreDurability Durability => throw new NotImplementedException();

    /// <summary>Opens the engine over a store (which it doesn't own): loads item numbers, catalogue, keys and live models, seeds trending from the log's tail.</summary>
    public static Task<Engine> OpenAsync(
        IRecsysStore store, EngineOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Takes events in, in order per user, and returns one outcome each, in the order given, once all are settled.</summary>
    public ValueTask<IReadOnlyList<EventOutcome>> WriteAsync(string ns, IReadOnlyList<WatchEvent> events, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Takes events back and rebuilds the user's state.</summary>
    /// <exception cref="EngineException">Unavailable, Overloaded.</exception>
    public ValueTask<IReadOnlyList<UndoOutcome>> UndoAsync(string ns, string userId, IReadOnlyList<string> eventIds, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Makes one list.</summary>
    /// <exception cref="EngineException">InvalidArgument (page_token). A store that is down gives a degraded list, not an error.</exception>
    public ValueTask<RankedList> RecommendAsync(ListRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Items like one item.</summary>
    /// <exception cref="EngineException">NotFound, InvalidArgument (page_token).</exception>
    public ValueTask<PlainList> ListSimilarAsync(PlainListRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>What is played most now.</summary>
    /// <exception cref="EngineException">InvalidArgument (page_token).</exception>
    public ValueTask<PlainList> ListTrendingAsync(PlainListRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Calls back after each commit, profile change or model switch that may change the user's list, from an engine thread: the callback must only set a flag
    /// or signal. Dispose to end it.</summary>
    public IDisposable Watch(UserKey user, Action onChanged) => throw new NotImplementedException();

    /// <summary>Finishes what is queued and stops. Doesn't dispose the store.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
