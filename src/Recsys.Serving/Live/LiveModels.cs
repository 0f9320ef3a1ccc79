namespace Recsys.Serving.Live;

/// <summary>
/// The live model of each namespace: one volatile reference to an immutable snapshot, so that lists never wait for a switch and never see half of one.
/// </summary>
internal sealed class LiveModels
{
    private readonly Lock _lock = new();
    private volatile IReadOnlyDictionary<string, LiveModel> _models = new Dictionary<string, LiveModel>();
    private volatile IReadOnlyDictionary<string, LiveModel> _next = new Dictionary<string, LiveModel>();

    /// <summary>Called before a switch with the model that will be live, on the switching thread: what lists need beside it is made while the old one serves.</summary>
    public event Action<LiveModel>? Preparing;

    /// <summary>Called after a switch with the namespace, on the switching thread.</summary>
    public event Action<string>? Changed;

    /// <summary>The live model; null: there is none. Keep the reference for as long as one list is made.</summary>
    public LiveModel? Of(string ns) => _models.GetValueOrDefault(ns);

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
        if (model is not null) Preparing?.Invoke(model);
        lock (_lock)
        {
            _models = With(_models, ns, model);
            if (_next.GetValueOrDefault(ns) == model) _next = With(_next, ns, null);
        }

        Changed?.Invoke(ns);
    }

    private static Dictionary<string, LiveModel> With(IReadOnlyDictionary<string, LiveModel> before, string ns, LiveModel? model)
    {
        var models = new Dictionary<string, LiveModel>(before, StringComparer.Ordinal);
        if (model is null) models.Remove(ns);
        else models[ns] = model;
        return models;
    }
}
