using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Recsys.Serving.Live;
using Recsys.Serving.Models;
using Recsys.Serving.Placements;

namespace Recsys.Serving.Experiments;

/// <summary>
/// The models that variants of running experiments name: each version is loaded once, beside the live one, and let go when no running experiment names it. One that can't be loaded is tried
/// again with growing pauses, when a list asks for it.
/// </summary>
/// <param name="registry">Where models are loaded from.</param>
/// <param name="models">Where lists find them.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of what can't be loaded.</param>
internal sealed class ExperimentModels(ModelRegistry registry, LiveModels models, TimeProvider time, ILogger logger)
{
    private const int NamedInErrors = 10;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Namespace, string Version), Task> _loading = [];
    private readonly Dictionary<string, ImmutableHashSet<string>> _wanted = new(StringComparer.Ordinal);
    private volatile ImmutableDictionary<(string Namespace, string Version), RetryPause> _missing = ImmutableDictionary<(string, string), RetryPause>.Empty;

    /// <summary>What keeps variants from being made by the models that they name: no such version, or one that doesn't pass its checks.</summary>
    /// <exception cref="EngineException">Unavailable.</exception>
    public async ValueTask<IReadOnlyList<PlacementViolation>> CheckAsync(string ns, Experiment experiment, CancellationToken cancellationToken)
    {
        var violations = new List<PlacementViolation>();
        var faults = new Dictionary<string, string>(StringComparer.Ordinal) { [""] = "" };
        for (var i = 0; i < experiment.Variants.Count; i++)
        {
            var version = experiment.Variants[i].ModelVersion;
            if (!faults.TryGetValue(version, out var fault)) faults.Add(version, fault = await FaultAsync(ns, version, cancellationToken));
            if (fault.Length > 0) violations.Add(new($"experiment.variants[{i}].model_version", fault));
        }

        return violations;
    }

    /// <summary>Loads versions beside those that are kept, and returns when each is loaded or can't be, or the time is up: what takes longer goes on beside the caller.</summary>
    public async Task LoadAsync(string ns, IReadOnlySet<string> versions, TimeSpan limit)
    {
        Task[] loads;
        lock (_lock)
        {
            _wanted[ns] = WantedOf(ns).Union(versions);
            loads = [.. versions.Where(version => models.BesideOf(ns, version) is null).Select(version => Start(ns, version))];
        }

        try
        {
            await Task.WhenAll(loads).WaitAsync(limit, time);
        }
        catch (TimeoutException)
        {
            // Lists are made by the live model until then, and say so.
        }
    }

    /// <summary>Lets go of all but some versions.</summary>
    public void Keep(string ns, IReadOnlySet<string> versions)
    {
        lock (_lock)
        {
            if (versions.Count == 0) _wanted.Remove(ns);
            else _wanted[ns] = [.. versions];
            _missing = _missing.RemoveRange(_missing.Keys.Where(key => key.Namespace == ns && !versions.Contains(key.Version)));
            models.KeepBeside(ns, versions);
        }
    }

    /// <summary>The model that a variant names, if it's loaded and not the live one.</summary>
    public LiveModel? BesideLive(string ns, string version) =>
        version.Length > 0 && models.Of(ns)?.Version != version ? models.BesideOf(ns, version) : null;

    /// <summary>Begins to load a version again that couldn't be loaded, if its pause is over.</summary>
    public void Seek(string ns, string version)
    {
        var key = (ns, version);
        if (!_missing.TryGetValue(key, out var pause) || !pause.IsOver(time)) return;
        lock (_lock)
        {
            // Another list may have been faster.
            if (!_missing.TryGetValue(key, out pause) || !pause.IsOver(time)) return;
            _missing = _missing.SetItem(key, pause.Next(time));
            Start(ns, version);
        }
    }

    private ImmutableHashSet<string> WantedOf(string ns) => _wanted.GetValueOrDefault(ns) ?? ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    private async ValueTask<string> FaultAsync(string ns, string version, CancellationToken cancellationToken)
    {
        var stored = await registry.ListAsync(ns, cancellationToken);
        if (!stored.Any(model => model.ModelVersion == version))
        {
            var newest = string.Join(", ", stored.Take(NamedInErrors).Select(model => model.ModelVersion));
            return stored.Count == 0 ? "is no model: the namespace has none" : $"is no model of the namespace: there are {newest}{(stored.Count > NamedInErrors ? " and older ones" : "")}";
        }

        if (models.Find(ns, version) is not null) return "";
        try
        {
            await registry.OpenAsync(ns, version, cancellationToken);
            return "";
        }
        catch (InvalidDataException e)
        {
            return $"is a model that doesn't pass its checks: {e.Message}";
        }
    }

    /// <summary>Begins to load a version, or finds that begun. Under the lock.</summary>
    private Task Start(string ns, string version)
    {
        if (!_loading.TryGetValue((ns, version), out var load)) _loading.Add((ns, version), load = Task.Run(() => LoadAsync(ns, version)));
        return load;
    }

    private async Task LoadAsync(string ns, string version)
    {
        try
        {
            var model = models.Find(ns, version) ?? await registry.OpenAsync(ns, version, registry.Closing);
            models.AddBeside(model);
            logger.VariantModelLoaded(version, ns, model.ItemCount);
            lock (_lock)
            {
                _missing = _missing.Remove((ns, version));

                // The experiment may have been stopped meanwhile.
                if (!WantedOf(ns).Contains(version)) models.KeepBeside(ns, WantedOf(ns));
            }
        }
        catch (Exception) when (registry.Closing.IsCancellationRequested)
        {
            // The engine closes.
        }
        catch (Exception e)
        {
            // Whatever it is, lists go on by the live model.
            logger.VariantModelMissing(e, version, ns);
            lock (_lock)
            {
                if (WantedOf(ns).Contains(version) && !_missing.ContainsKey((ns, version))) _missing = _missing.Add((ns, version), RetryPause.Begin(time));
            }
        }
        finally
        {
            lock (_lock) _loading.Remove((ns, version));
        }
    }
}
