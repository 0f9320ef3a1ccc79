using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Recsys.Datasets;
using Recsys.Datasets.Demo;
using Recsys.Server.Errors;
using Recsys.Server.Mapping;
using Recsys.Server.Streaming;
using Recsys.Server.Validation;
using Recsys.Serving;
using Recsys.Serving.Events;
using Recsys.Serving.Lists;
using Recsys.Storage.Sqlite;

namespace Recsys.Server.Commands.Drift;

/// <summary>One life of a drifting world with the real engine, its scheduler and the real trainer, in simulated time.</summary>
/// <param name="options">The world.</param>
/// <param name="learns">Whether it goes on learning after day 0.</param>
/// <param name="every">Days between trainings.</param>
/// <param name="engine">Settings of trainings.</param>
/// <param name="folder">Where to work.</param>
internal sealed class DriftRun(DriftWorldOptions options, bool learns, int every, EngineOptions engine, string folder)
{
    private const string Ns = "default";
    private const int PageSize = 10;
    private const int BatchLength = 1_000;

    private readonly DriftWorld _world = new(options);
    private readonly SimulatedTime _time = new();

    /// <summary>What came of its trainings, a line each.</summary>
    public List<string> Trainings { get; } = [];

    /// <summary>Seconds of all trainings.</summary>
    public double TrainingSeconds { get; private set; }

    /// <summary>Lives it.</summary>
    /// <param name="onDay">Told after each day.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<DriftDay[]> RunAsync(Action<int, DriftDay> onDay, CancellationToken cancellationToken)
    {
        _time.Set(_world.StartOf(0).ToUnixTimeMilliseconds());
        await using var store = await SqliteStore.OpenAsync(
            new() { Path = Path.Combine(folder, "world.db"), SynchronousOff = true, DeleteOnDispose = true }, cancellationToken);
        await using var opened = await Engine.OpenReplayAsync(
            store, engine with { ModelFolder = Path.Combine(folder, "models"), LearnEvery = $"{every}d" }, _time, NullLoggerFactory.Instance, cancellationToken);
        await PublishAsync(opened, 0, cancellationToken);
        foreach (var part in _world.History.Chunk(BatchLength)) await WriteAsync(opened, part, cancellationToken);
        await LearnAsync(opened, 0, cancellationToken);
        var days = new DriftDay[options.Days];
        for (var day = 0; day < days.Length; day++)
        {
            _time.Set(_world.StartOf(day).ToUnixTimeMilliseconds());
            if (day > 0) await PublishAsync(opened, day, cancellationToken);
            if (learns && day > 0) await LearnAsync(opened, day, cancellationToken);
            days[day] = new DriftDay(options.Users);
            foreach (var visit in _world.Visits(day)) await VisitAsync(opened, visit, days[day], cancellationToken);
            onDay(day, days[day]);
        }

        return days;
    }

    private async Task LearnAsync(Engine opened, int day, CancellationToken cancellationToken)
    {
        var before = await opened.Learning.StatusAsync(Ns, cancellationToken);
        var start = Stopwatch.GetTimestamp();
        await opened.Learning.RunOnceAsync(cancellationToken);
        var after = await opened.Learning.StatusAsync(Ns, cancellationToken);
        if (after.LastEndMs == before.LastEndMs && after.FailureCount == before.FailureCount) return;
        TrainingSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        Trainings.Add($"day {day}: {after.Outcome}, {after.Message} ({Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s)");
        if (after.FailureCount > 0) throw new IOException($"The training of day {day} failed: {after.Message}");
    }

    private async Task VisitAsync(Engine opened, DriftVisit visit, DriftDay day, CancellationToken cancellationToken)
    {
        var (nowMs, wantsMore) = (visit.TimeMs, true);
        for (var round = 0; wantsMore; round++)
        {
            _time.Set(Math.Max(nowMs, _time.GetUtcNow().ToUnixTimeMilliseconds()));
            var list = await opened.RecommendAsync(new() { Namespace = Ns, UserIds = [visit.UserId], PageSize = PageSize, RequestTimeMs = nowMs }, cancellationToken);
            var answer = _world.Answer(visit, round, nowMs, [.. list.Items.Select(item => item.ItemId)]);
            day.Lists[visit.Viewer]++;
            if (answer.PlayedFromList) day.Plays[visit.Viewer]++;
            day.Model = list.ModelVersion;

            // What is played ends later than the next visitor comes; the engine takes no events from the future.
            _time.Set(Math.Max(answer.EndMs, _time.GetUtcNow().ToUnixTimeMilliseconds()));
            DatasetEvent[] events = [.. Impressions(list, answer.Seen, nowMs, visit.UserId), .. answer.Events];
            if (events.Length > 0) await WriteAsync(opened, events, cancellationToken);
            (nowMs, wantsMore) = (answer.EndMs + 1_000, answer.WantsMore);
        }
    }

    /// <summary>What the user saw of a list.</summary>
    private static IEnumerable<DatasetEvent> Impressions(RankedList list, int seen, long nowMs, string userId) => list.Items.Take(seen).Select((item, place) => new DatasetEvent
    {
        EventId = $"{list.RecommendationId}-{place}",
        UserId = userId,
        ItemId = item.ItemId,
        Type = DatasetEventType.Impression,
        TimeMs = nowMs,
        RecommendationId = list.RecommendationId,
        ListPosition = place,
    });

    private async Task PublishAsync(Engine opened, int day, CancellationToken cancellationToken)
    {
        var violations = new FieldViolations();
        foreach (var part in _world.NewItems(day).Select(item => ItemMapping.Read(DatasetMapping.ToMessage(item), violations)).Chunk(BatchLength))
            await opened.Catalogue.UpsertAsync(Ns, part, cancellationToken);
        violations.ThrowIfAny();
    }

    private async Task WriteAsync(Engine opened, IEnumerable<DatasetEvent> events, CancellationToken cancellationToken)
    {
        var violations = new FieldViolations();
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        WatchEvent[] read = [.. events.Select(e => EventReader.Read(DatasetMapping.ToMessage(e), now, violations))];
        violations.ThrowIfAny();
        var outcomes = await opened.WriteAsync(Ns, read, cancellationToken);
        var refused = outcomes.FirstOrDefault(outcome => outcome != EventOutcome.Accepted);
        if (refused != default) throw new IOException($"The engine answered {refused} to an event of the world.");
    }
}
