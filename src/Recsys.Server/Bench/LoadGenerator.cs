using System.Diagnostics;
using System.Globalization;

namespace Recsys.Server.Bench;

/// <summary>
/// One load against servers. The loop is open: a thread sends each operation when it is due, whatever became of those before, and an operation's latency
/// counts from when it was due, not from when it was sent. (Gil Tene: How NOT to Measure Latency.)
/// </summary>
/// <param name="settings">What to do.</param>
/// <param name="world">Users, items, events.</param>
/// <param name="addresses">The servers.</param>
/// <param name="processes">Their processes, where they are known.</param>
/// <param name="progress">Told once a second how it goes.</param>
internal sealed class LoadGenerator(
    BenchSettings settings, BenchWorld world, IReadOnlyList<string> addresses, IReadOnlyList<ServerChild> processes, IProgress<string> progress)
{
    private const int MaxSubscriptionsPerStream = 10_000;

    // Of the measured time.
    private const double BeforeSwitch = 1.0 / 3;

    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LeadTime = TimeSpan.FromMilliseconds(100);

    /// <summary>Sends operations at a rate, for the warm-up and then so many seconds. Cancelling ends it early, with what there is.</summary>
    /// <param name="target">"server" or "echo".</param>
    /// <param name="rate">Operations a second.</param>
    /// <param name="warmUpSeconds">Load that isn't measured.</param>
    /// <param name="seconds">Load that is.</param>
    /// <param name="modelSwitch">Begun after a third of the measured time; null: none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<LoadResult> RunAsync(
        string target, double rate, double warmUpSeconds, double seconds, ModelSwitch? modelSwitch, CancellationToken cancellationToken)
    {
        var recorder = new LoadRecorder(modelSwitch);
        var lanes = Lanes(recorder);
        try
        {
            await Task.WhenAll(lanes.Select(lane => lane.OpenAsync(cancellationToken)));
            var start = Stopwatch.GetTimestamp() + Ticks(LeadTime.TotalSeconds);
            var windowStart = start + Ticks(warmUpSeconds);
            recorder.Window(windowStart, windowStart + Ticks(seconds));
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var sending = SendAsync(recorder, lanes, rate, start, windowStart + Ticks(seconds), stop.Token);
            var switching = modelSwitch is null ? Task.CompletedTask : SwitchAsync(modelSwitch, windowStart + Ticks(seconds * BeforeSwitch), stop.Token);
            var sampler = new ProcessSampler([.. processes.Select(process => process.Id)]);
            var before = CounterFile.Read(processes);
            for (var next = 1; !sending.IsCompleted; next++)
            {
                await Task.WhenAny(sending, Task.Delay(SampleInterval, CancellationToken.None));
                if (Stopwatch.GetTimestamp() < windowStart) before = CounterFile.Read(processes);
                else sampler.Sample();
                if (next % 5 == 0) Report(target, recorder, rate, start, windowStart);
            }

            await sending;
            var windowEnd = Stopwatch.GetTimestamp();
            recorder.EndWindow(windowEnd);
            await stop.CancelAsync();
            await switching;
            var sentSeconds = Math.Clamp(Stopwatch.GetElapsedTime(windowStart).TotalSeconds, 0.001, seconds);
            await DrainAsync(recorder, sampler, cancellationToken);

            // After the last answer: CPU time and calls of an overloaded server belong to the operations that it still answered.
            var after = CounterFile.Read(processes);
            await CloseAsync(recorder, lanes, cancellationToken);
            var result = LoadResult.Of(target, rate, sentSeconds, windowStart, recorder, sampler, StoreCalls.Between(before, after), cancellationToken.IsCancellationRequested);
            return result.Interrupted ? result : result with { Switch = modelSwitch?.Sum(windowStart, windowEnd) };
        }
        finally
        {
            foreach (var lane in lanes) await lane.DisposeAsync();
        }
    }

    private static async Task SwitchAsync(ModelSwitch modelSwitch, long at, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), at), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        await modelSwitch.RunAsync(cancellationToken);
    }

    private static long Ticks(double seconds) => (long)(seconds * Stopwatch.Frequency);

    private LoadLane[] Lanes(LoadRecorder recorder)
    {
        var period = settings.Subscribe > 0 ? Math.Max(1, (int)Math.Round(1 / settings.Subscribe)) : int.MaxValue;
        return
        [
            .. Enumerable.Range(0, settings.Streams).Select(lane => new LoadLane(
                addresses[lane % addresses.Count], settings, recorder,
                settings.Subscribe <= 0 ? [] :
                [
                    .. Enumerable.Range(0, settings.Users)
                        .Where(user => user % settings.Streams == lane && user / settings.Streams % period == 0)
                        .Take(MaxSubscriptionsPerStream)
                        .Select(BenchWorld.UserId),
                ])),
        ];
    }

    /// <summary>The sending thread: on its own, so that nothing else that this process does can hold it up.</summary>
    private Task SendAsync(LoadRecorder recorder, LoadLane[] lanes, double rate, long start, long end, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                PreciseWait.SharpenThisThread();
                Send(recorder, lanes, rate, start, end, cancellationToken);
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        })
        { IsBackground = true, Name = "bench arrivals", Priority = ThreadPriority.AboveNormal };
        thread.Start();
        return done.Task;
    }

    private void Send(LoadRecorder recorder, LoadLane[] lanes, double rate, long start, long end, CancellationToken cancellationToken)
    {
        var schedule = new ArrivalSchedule(settings.Arrivals, rate, settings.Seed);
        var random = new Random(settings.Seed + 1);
        var users = new UserPicker(settings.UserChoice, settings.Users, lanes.Length, settings.ZipfExponent, random);
        while (true)
        {
            var due = start + Ticks(schedule.Next());
            if (due >= end) return;
            var kind = settings.Mix.Next(random);
            var user = users.Next();
            var lane = lanes[users.LaneOf(user)];
            var events = kind == OperationKind.Events ? Events(users, user, random) : [];
            var item = kind == OperationKind.Similar ? world.NextItem(random) : "";
            PreciseWait.Until(due, cancellationToken);
            if (cancellationToken.IsCancellationRequested) return;
            Send(recorder, lane, kind, due, user, events, item);
        }
    }

    private void Send(LoadRecorder recorder, LoadLane lane, OperationKind kind, long due, int user, V1.Event[] events, string item)
    {
        var parts = kind == OperationKind.Events ? events.Length : 1;
        if (recorder.InFlight + parts > settings.MaxInFlight)
        {
            for (var i = 0; i < parts; i++) recorder.Miss(kind, due, LoadRecorder.Overrun);
            return;
        }

        recorder.Started(parts);
        switch (kind)
        {
            case OperationKind.Events:
                recorder.Lag(due, Stopwatch.GetTimestamp());
                if (lane.TrySend(new EventsToSend(due, events))) return;
                for (var i = 0; i < parts; i++) recorder.Fail(kind, due, LoadRecorder.Overrun);
                return;
            case OperationKind.Recommend:
                ThreadPool.UnsafeQueueUserWorkItem(state => _ = state.lane.RecommendAsync(BenchWorld.UserId(state.user), state.due), (lane, user, due), preferLocal: false);
                return;
            default:
                ThreadPool.UnsafeQueueUserWorkItem(state => _ = state.lane.ListSimilarAsync(state.item, state.due), (lane, item, due), preferLocal: false);
                return;
        }
    }

    private V1.Event[] Events(UserPicker users, int user, Random random)
    {
        var events = new V1.Event[settings.Batch];
        events[0] = world.NextEvent(user, random);
        for (var i = 1; i < events.Length; i++) events[i] = world.NextEvent(users.NextIn(users.LaneOf(user)), random);
        return events;
    }

    private static async Task DrainAsync(LoadRecorder recorder, ProcessSampler sampler, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        for (var next = 1; recorder.InFlight > 0 && clock.Elapsed < Patience && !cancellationToken.IsCancellationRequested; next++)
        {
            await Task.Delay(10, CancellationToken.None);
            if (next % 20 == 0) sampler.Sample();
        }

        sampler.Sample();
    }

    private static Task CloseAsync(LoadRecorder recorder, LoadLane[] lanes, CancellationToken cancellationToken)
    {
        // Interrupted: what has no answer yet is no error, it's left out.
        if (cancellationToken.IsCancellationRequested) recorder.Window(long.MaxValue, long.MaxValue);
        return Task.WhenAll(lanes.Select(lane => lane.FinishAsync(cancellationToken.IsCancellationRequested ? TimeSpan.Zero : Patience)));
    }

    private void Report(string target, LoadRecorder recorder, double rate, long start, long windowStart)
    {
        var now = Stopwatch.GetTimestamp();
        var phase = now < windowStart ? "warm-up" : "measured";
        var seconds = Stopwatch.GetElapsedTime(now < windowStart ? start : windowStart, now).TotalSeconds;
        progress.Report(string.Create(
            CultureInfo.InvariantCulture,
            $"{target}: {phase} {seconds:F0} s at {rate:N0}/s, {recorder.InFlight} in flight, "
            + $"events p99 {recorder[OperationKind.Events].P99Ms():F1} ms, {recorder.Errors} errors, generator late p99 {recorder.Lags.P99Ms():F2} ms"));
    }
}
