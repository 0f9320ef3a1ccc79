using Recsys.Serving.Catalogue;
using Recsys.Serving.Live;

namespace Recsys.Serving.Fresh;

/// <summary>
/// The neighbours of the unknown items of every model that lists are made by, kept as the catalogue and the models change: an item's are found before its upsert is answered, a model's before
/// lists are made by it. Where known items got other attributes all is made anew beside the lists, so often that it costs a twentieth of one core at most.
/// </summary>
internal sealed class FreshItems
{
    private const int CostShare = 20;

    private readonly CatalogueMirror _catalogue;
    private readonly ItemNumbers _numbers;
    private readonly LiveModels _models;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private volatile IReadOnlyDictionary<string, FreshNeighbours[]> _byNamespace = new Dictionary<string, FreshNeighbours[]>();
    private long _builtTimestamp;
    private long _pauseTicks;
    private int _building;

    public FreshItems(CatalogueMirror catalogue, ItemNumbers numbers, LiveModels models, TimeProvider time)
    {
        (_catalogue, _numbers, _models, _time) = (catalogue, numbers, models, time);
        catalogue.Applied += Update;
        models.Preparing += Prepare;
        models.Changed += Forget;
        models.Released += Forget;
    }

    /// <summary>The neighbours by a model's items; null: no lists are made by it, or not any more.</summary>
    public FreshNeighbours? Of(LiveModel model)
    {
        foreach (var neighbours in _byNamespace.GetValueOrDefault(model.Namespace) ?? [])
        {
            if (neighbours.Model != model) continue;
            if (neighbours.IsStale) BuildAgain(neighbours);
            return neighbours;
        }

        return null;
    }

    private void Update(uint item)
    {
        var byNamespace = _byNamespace;
        if (byNamespace.Count == 0 || _numbers.NamespaceOf(item) is not { } ns) return;
        foreach (var neighbours in byNamespace.GetValueOrDefault(ns) ?? []) neighbours.Update(item);
    }

    /// <summary>What is written meanwhile is looked at too: it's known here before the catalogue is read.</summary>
    private void Prepare(LiveModel model)
    {
        var start = _time.GetTimestamp();
        var made = new FreshNeighbours(_catalogue, model);
        Set(model.Namespace, before => [.. before, made]);
        made.Fill();
        Set(model.Namespace, before => [.. before.Where(other => other == made || other.Model != model)]);
        Volatile.Write(ref _builtTimestamp, _time.GetTimestamp());
        Volatile.Write(ref _pauseTicks, CostShare * _time.GetElapsedTime(start).Ticks);
    }

    private void Forget(string ns) => Set(ns, before => [.. before.Where(neighbours => _models.Has(neighbours.Model))]);

    private void BuildAgain(FreshNeighbours stale)
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _builtTimestamp)).Ticks < Volatile.Read(ref _pauseTicks) || Interlocked.Exchange(ref _building, 1) != 0) return;
        _ = Task.Run(() =>
        {
            try
            {
                Prepare(stale.Model);

                // Lists may be made by another meanwhile.
                if (!_models.Has(stale.Model)) Set(stale.Model.Namespace, before => [.. before.Where(neighbours => neighbours.Model != stale.Model)]);
            }
            finally
            {
                Volatile.Write(ref _building, 0);
            }
        });
    }

    private void Set(string ns, Func<FreshNeighbours[], FreshNeighbours[]> change)
    {
        lock (_lock)
        {
            var after = new Dictionary<string, FreshNeighbours[]>(_byNamespace, StringComparer.Ordinal);
            var own = change(after.GetValueOrDefault(ns) ?? []);
            if (own.Length == 0) after.Remove(ns);
            else after[ns] = own;
            _byNamespace = after;
        }
    }
}
