using Recsys.Storage;

namespace Recsys.Serving.Live;

/// <summary>
/// The live model of each namespace: one volatile reference to an immutable snapshot, so that lists never wait for a switch and never see half of one. Beside it those that variants of running
/// experiments name.
/// </summary>
internal sealed class LiveModels
{
    private readonly Lock _lock = new();

    // Around all of a switch: what one prepares isn't let go by another.
    private readonly Lock _switching = new();
    private volatile IReadOnlyDictionary<string, LiveModel> _models = new Dictionary<string, LiveModel>();
    private volatile IReadOnlyDictionary<string, LiveModel> _next = new Dictionary<string, LiveModel>();
    private volatile IReadOnlyDictionary<string, LiveModel[]> _beside = new Dictionary<string, LiveModel[]>();

    /// <summary>Called before lists are made by a model that they weren't made by, on the switching thread: what they need beside it is made meanwhile.</summary>
    public event Action<LiveModel>? Preparing;

    /// <summary>Called after a switch with the namespace, on the switching thread.</summary>
    public event Action<string>? Changed;

    /// <summary>Called with the namespace after models beside the live one were let go.</summary>
    public event Action<string>? Released;

    /// <summary>The model of the user's variant in a running experiment, of which the user's state keeps a slot; null: none but the live one.</summary>
    public Func<UserKey, LiveModel?> OfVariant { get; set; } = static _ => null;

    /// <summary>The live model; null: there is none. Keep the reference for as long as one list is made.</summary>
    public LiveModel? Of(string ns) => _models.GetValueOrDefault(ns);

    /// <summary>The model of a version if it's loaded; else, as for an empty version, the live one; null: there is none.</summary>
    public LiveModel? Of(string ns, string version) => version.Length == 0 ? Of(ns) : Find(ns, version) ?? Of(ns);

    /// <summary>The model of a version, live or beside the live one; null: it isn't loaded.</summary>
    public LiveModel? Find(string ns, string version) => Of(ns) is { } live && live.Version == version ? live : BesideOf(ns, version);

    /// <summary>The model of a version that is kept beside the live one, which may be the live one itself; null: it isn't kept.</summary>
    public LiveModel? BesideOf(string ns, string version) => Array.Find(BesideOf(ns), model => model.Version == version);

    /// <summary>Whether lists are made by it.</summary>
    public bool Has(LiveModel model) => Of(model.Namespace) == model || BesideOf(model.Namespace).Contains(model);

    /// <summary>The live models of all namespaces.</summary>
    public IEnumerable<LiveModel> All() => _models.Values;

    /// <summary>The model that is about to be live, which states keep a slot of; null: there is none.</summary>
    public LiveModel? NextOf(string ns) => _next.GetValueOrDefault(ns);

    /// <summary>Sets what is about to be live; null: nothing is.</summary>
    public void SetNext(string ns, LiveModel? model)
    {
        lock (_lock) _next = With(_next, ns, model);
    }

    /// <summary>Switches; null: no model is live from now on.</summary>
    public void Set(string ns, LiveModel? model)
    {
        lock (_switching)
        {
            if (model is not null) Preparing?.Invoke(model);
            lock (_lock)
            {
                _models = With(_models, ns, model);

                // A version is in memory once.
                if (model is not null && BesideOf(ns, model.Version) is not null) SetBeside(ns, [.. BesideOf(ns).Select(other => other.Version == model.Version ? model : other)]);
                if (_next.GetValueOrDefault(ns) == model) _next = With(_next, ns, null);
            }

            Changed?.Invoke(ns);
        }
    }

    /// <summary>Keeps a model beside the live one, also when that is switched to it or away from it.</summary>
    public void AddBeside(LiveModel model)
    {
        lock (_switching)
        {
            // It may have become live while it was loaded.
            var kept = Find(model.Namespace, model.Version) ?? model;
            if (kept == model && !Has(model)) Preparing?.Invoke(model);
            lock (_lock) SetBeside(model.Namespace, [.. BesideOf(model.Namespace).Where(other => other.Version != model.Version), kept]);
        }
    }

    /// <summary>Lets go of what is kept beside the live model, but for some versions.</summary>
    public void KeepBeside(string ns, IReadOnlySet<string> versions)
    {
        lock (_switching)
        {
            if (BesideOf(ns).All(model => versions.Contains(model.Version))) return;
            lock (_lock) SetBeside(ns, [.. BesideOf(ns).Where(model => versions.Contains(model.Version))]);
            Released?.Invoke(ns);
        }
    }

    private LiveModel[] BesideOf(string ns) => _beside.GetValueOrDefault(ns) ?? [];

    private void SetBeside(string ns, LiveModel[] models)
    {
        var beside = new Dictionary<string, LiveModel[]>(_beside, StringComparer.Ordinal);
        if (models.Length == 0) beside.Remove(ns);
        else beside[ns] = models;
        _beside = beside;
    }

    private static Dictionary<string, LiveModel> With(IReadOnlyDictionary<string, LiveModel> before, string ns, LiveModel? model)
    {
        var models = new Dictionary<string, LiveModel>(before, StringComparer.Ordinal);
        if (model is null) models.Remove(ns);
        else models[ns] = model;
        return models;
    }
}
