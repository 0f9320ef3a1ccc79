using Microsoft.Extensions.Logging.Abstractions;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;
using Recsys.Serving.Models;
using Recsys.Storage.Sqlite;

namespace Recsys.Serving.Evaluation;

/// <summary>A second engine over a scratch store with the whole catalogue, the events that are left, and the model that was trained on them.</summary>
internal sealed class ColdWorld : IAsyncDisposable
{
    private const int BatchSize = 1_000;

    private readonly SqliteStore _store;
    private readonly Engine _engine;
    private readonly string _ns;

    private ColdWorld(SqliteStore store, Engine engine, string ns) => (_store, _engine, _ns) = (store, engine, ns);

    public static async Task<ColdWorld> OpenAsync(
        LiveModel model, IReadOnlyList<CatalogueItem> catalogue, IReadOnlyList<UserHistory> histories, Func<uint, string> idOf, string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var options = new SqliteStoreOptions { Path = Path.Combine(folder, "scratch.db"), SynchronousOff = true, DeleteOnDispose = true };
        var store = await SqliteStore.OpenAsync(options, cancellationToken);
        var numbers = await store.AllocateItemNumbersAsync(model.Namespace, [.. model.ItemNumbers.Select(idOf)], cancellationToken);
        var engine = await Engine.OpenAsync(
            store, new() { ModelFolder = Path.Combine(folder, "models"), IsReplay = true }, time, NullLoggerFactory.Instance, cancellationToken);
        var world = new ColdWorld(store, engine, model.Namespace);
        await world.UpsertAsync(catalogue, cancellationToken);
        engine.Models.SetLive(new(model, [.. numbers]));
        var events = histories
            .SelectMany(history => history.Interactions.Select(interaction => EngineReplay.EventOf(history.UserId, idOf(interaction.Item), interaction)))
            .OrderBy(e => e.EventTimeMs);
        foreach (var batch in events.Chunk(BatchSize))
        {
            var outcomes = await engine.WriteAsync(world._ns, batch, cancellationToken);
            var refused = outcomes.FirstOrDefault(outcome => outcome != EventOutcome.Accepted);
            if (refused != default) throw new InvalidOperationException($"The scratch engine answered {refused} to an event of the evaluation.");
        }

        return world;
    }

    /// <summary>Writes items.</summary>
    public async Task UpsertAsync(IReadOnlyList<CatalogueItem> items, CancellationToken cancellationToken)
    {
        foreach (var batch in items.Chunk(BatchSize)) await _engine.Catalogue.UpsertAsync(_ns, batch, cancellationToken);
    }

    /// <summary>The first items of a user's list.</summary>
    /// <param name="one">Whose.</param>
    /// <param name="included">These alone; none: all.</param>
    /// <param name="weights">How much the sources count.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<string[]> ListAsync(ColdCase one, IReadOnlyList<string> included, SourceWeights weights, CancellationToken cancellationToken)
    {
        var list = await _engine.RecommendAsync(
            new()
            {
                Namespace = _ns,
                UserIds = [one.UserId],
                PageSize = ColdEvaluation.Length,
                SeenPolicy = SeenPolicy.Exclude,
                IncludeItemIds = included,
                ItemKinds = [.. Enum.GetValues<ItemKind>().Where(kind => kind != ItemKind.Unspecified)],
                RequestTimeMs = one.MomentMs,
                Sources = weights,
            },
            cancellationToken);
        return [.. list.Items.Select(item => item.ItemId)];
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _store.DisposeAsync();
    }
}
