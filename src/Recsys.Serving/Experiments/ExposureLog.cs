using System.Runtime.CompilerServices;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Rules;
using Recsys.Storage;

namespace Recsys.Serving.Experiments;

/// <summary>Reads from the log every item that was shown in a placement, with what came of it; in memory is one user's part of it.</summary>
public sealed class ExposureLog
{
    private const int BatchSize = 500;
    private const int ReportEvery = 500;

    private readonly OutcomeReader _reader;
    private readonly ItemNumbers _items;
    private readonly ExperimentRegistry _experiments;

    internal ExposureLog(OutcomeReader reader, ItemNumbers items, ExperimentRegistry experiments) => (_reader, _items, _experiments) = (reader, items, experiments);

    /// <summary>Batches of at most 500 exposures, by user and in the order in which they were first logged; the last holds the summary.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="placement">Where they were shown.</param>
    /// <param name="fromMs">Only what was shown at this time or later, Unix ms. It may have been played at any time.</param>
    /// <param name="toMs">Only what was shown before this time.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EngineException">Unavailable.</exception>
    public async IAsyncEnumerable<ExposureBatch> ReadAsync(
        string ns, string placement, long fromMs, long toMs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (window, experiments, count) = (new LogWindow(fromMs, toMs), _experiments.HeldOf(ns, placement), new OutcomeCount());
        var (exposures, without, unshown) = (0L, 0L, 0L);
        await foreach (var user in _reader.UsersAsync(ns, cancellationToken))
        {
            var (shown, others) = await OfUserAsync(user, placement, window, experiments, count, cancellationToken);
            exposures += shown.Count;
            without += shown.Count(exposure => exposure.Propensity is null);
            unshown += others;
            count.Users++;
            foreach (var chunk in shown.Chunk(BatchSize)) yield return new(chunk, count.Progress, null);
            if (count.Users % ReportEvery == 0 && shown.Count == 0) yield return new([], count.Progress, null);
        }

        yield return new([], count.Progress, new(exposures, without, count.Unattributed, unshown));
    }

    /// <summary>What a user was shown, and how many items the user played from those lists without an impression of them.</summary>
    private async ValueTask<(IReadOnlyList<Exposure> Shown, long Others)> OfUserAsync(
        UserKey user, string placement, LogWindow window, IReadOnlyList<HeldExperiment> experiments, OutcomeCount count, CancellationToken cancellationToken)
    {
        var entries = await _reader.ShownAsync(user, placement, window, count, cancellationToken).ToListAsync(cancellationToken);
        if (entries.Count == 0) return ([], 0);
        await _items.CatchUpAsync(cancellationToken);
        var places = new Dictionary<(ulong List, uint Item), int>();
        var shown = new List<((ulong List, uint Item) Key, Exposure Exposure)>();
        foreach (var (entry, listed) in entries)
        {
            if (LogEntries.Whole(entry, _items, _reader.Logger)?.Event is not { } e) continue;
            var key = (listed.List, listed.Event.Item);
            if (places.TryAdd(key, shown.Count)) shown.Add((key, Of(e, experiments)));
            else if (shown[places[key]].Exposure is { Propensity: null } known && e.Propensity is >= WatchEvent.LeastPropensity and var propensity) shown[places[key]] = (key, With(known, propensity));
        }

        var lists = places.Keys.Select(key => key.List).ToHashSet();
        var played = await _reader.PlayedAsync(user, placement, lists, LogWindow.Always, count, cancellationToken);
        return (
            [.. shown.Select(one => played.SecondsOf(one.Key.List, one.Key.Item) is { } seconds ? one.Exposure with { Played = true, PlayedSeconds = seconds } : one.Exposure)],
            played.Played.Count(key => lists.Contains(key.List) && !places.ContainsKey(key)));
    }

    private static Exposure Of(WatchEvent e, IReadOnlyList<HeldExperiment> experiments)
    {
        var exposure = new Exposure(e.UserId, e.ItemId, e.RecommendationId, e.ListPosition, e.EventTimeMs);

        // Servers of earlier versions stored smaller ones, too.
        if (e.Propensity is >= WatchEvent.LeastPropensity and var propensity) exposure = With(exposure, propensity);
        var held = experiments.FirstOrDefault(one => e.EventTimeMs >= one.Experiment.StartTimeMs && !(e.EventTimeMs >= one.Experiment.StopTimeMs));
        return held?.Of(e.UserId) is { } variant ? exposure with { ExperimentId = held.Experiment.ExperimentId, Variant = variant.Name } : exposure;
    }

    private static Exposure With(Exposure exposure, double propensity) => exposure with { Propensity = propensity, ByRank = ListRules.IsByRank(propensity) };
}
