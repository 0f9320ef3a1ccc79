using System.Diagnostics;
using Recsys.Server.Bench;

namespace Recsys.ServerTests.Bench;

/// <summary>What is measured of an operation.</summary>
public sealed class LoadRecorderTests
{
    private static readonly long Start = Stopwatch.GetTimestamp();

    [Fact]
    public void Latency_when_an_operation_was_sent_late_counts_from_when_it_was_due()
    {
        var recorder = new LoadRecorder();
        recorder.Window(Start, At(10));
        recorder.Started(1);
        recorder.Lag(At(1), At(1.9)); // handed to the connection 0.9 s late
        recorder.Complete(OperationKind.Events, At(1), At(2));
        var row = recorder[OperationKind.Events].Sum(Start, 10);
        Assert.Equal(1, row.Count);
        Assert.InRange(row.P50Ms, 999, 1_001);
        Assert.InRange(recorder.Lags.Sum(Start, 10).MaxMs, 899, 901);
        Assert.Equal(0, recorder.InFlight);
    }

    [Fact]
    public void Operations_when_due_outside_of_the_window_are_left_out_and_those_in_it_counted_however_late_they_end()
    {
        var recorder = new LoadRecorder();
        recorder.Window(At(5), At(10));
        recorder.Started(4);
        recorder.Complete(OperationKind.Similar, At(4.9), At(6));
        recorder.Complete(OperationKind.Similar, At(5), At(5.1));
        recorder.Complete(OperationKind.Similar, At(9.9), At(15));
        recorder.Fail(OperationKind.Similar, At(10), "UNAVAILABLE");
        var row = recorder[OperationKind.Similar].Sum(At(5), 5);
        Assert.Equal(2, row.Count);
        Assert.InRange(row.MaxMs, 5_095, 5_105);
        Assert.Equal(0, row.ErrorCount);
        Assert.Equal(0.4, row.OfferedPerSecond);
        Assert.Equal(0.2, row.AchievedPerSecond); // two in the ten seconds until the last answer
    }

    [Fact]
    public void Operations_when_they_fail_or_are_not_sent_are_counted_by_code()
    {
        var recorder = new LoadRecorder();
        recorder.Window(Start, At(10));
        recorder.Started(1);
        recorder.Fail(OperationKind.Events, At(1), "UNAVAILABLE");
        recorder.Miss(OperationKind.Events, At(2), LoadRecorder.Overrun);
        recorder.Miss(OperationKind.Events, At(3), LoadRecorder.Overrun);
        var row = recorder[OperationKind.Events].Sum(Start, 10);
        Assert.Equal(3, recorder.Errors);
        Assert.Equal(new Dictionary<string, long> { ["OVERRUN"] = 2, ["UNAVAILABLE"] = 1 }, row.Errors);
        Assert.Equal(0.3, row.OfferedPerSecond);
        Assert.Equal(0, recorder.InFlight);
    }

    [Fact]
    public void Percentiles_when_one_in_a_hundred_is_slow_show_it_at_the_right_place()
    {
        var recorder = new LoadRecorder();
        recorder.Window(Start, At(1_000));
        for (var i = 0; i < 10_000; i++)
        {
            recorder.Started(1);
            recorder.Complete(OperationKind.Recommend, At(i * 0.1), At((i * 0.1) + (i % 100 == 0 ? 0.5 : 0.002)));
        }

        var row = recorder[OperationKind.Recommend].Sum(Start, 1_000);
        Assert.InRange(row.P50Ms, 1.99, 2.01);
        Assert.InRange(row.P99Ms, 1.99, 2.01);
        Assert.InRange(row.P999Ms, 499, 501);
        Assert.InRange(row.MaxMs, 499, 501);
    }

    private static long At(double seconds) => Start + (long)(seconds * Stopwatch.Frequency);
}
