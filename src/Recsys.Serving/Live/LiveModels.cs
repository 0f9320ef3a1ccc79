namespace Recsys.Serving.Live;

/// <summary>
/// The live model of each namespace: one volatile reference to an immutable snapshot, so that lists never wait for a switch and never see half of one.
/// </summary>
internal sealed class LiveModels
{
    private readonly Lock _lock = new();
    private volatile IReadOnlyDictionary<string, LiveModel> _models = new Dictionary<string, LiveModel>();

    /// <summary>Called after a switch with the namespace, on the switching thread.</summary>
    public event Action<string>? Changed;

    /// <summary>The live model; null: there is none. Keep the reference for as long as one list is made.</summary>
    public LiveModel? Of(string ns) => _models.GetValueOrDefault(ns);

    /// <summary>Switches; null: no model is live from now on.</summary>
    public void Set(string ns, LiveModel? model)
    {
        lock (_lock)
        {
            var models = new Dictionary<string, LiveModel>(_models, StringComparer.Ordinal);
            if (model is null) models.Remove(ns);
            else models[ns] = model;
            _models = models;
        }

        Changed?.Invoke(ns);
    }
}
