using System.Diagnostics;
using Recsys.Server.Bench;
using Recsys.Server.Commands;
using Recsys.ServerTests.Running;

namespace Recsys.ServerTests.Bench;

/// <summary>What a connection under load charges its operations for.</summary>
public sealed class LoadLaneTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Fact]
    public async Task Operations_when_sent_late_are_charged_from_when_they_were_due()
    {
        const int LateMs = 5_000;
        await shared.Server.Clients.Events.WriteEventsAsync(Sample.Write(Sample.Play("late", "late-item")));
        var recorder = new LoadRecorder();
        var due = Stopwatch.GetTimestamp() - (LateMs * Stopwatch.Frequency / 1_000);
        recorder.Window(due - 1, due + (60 * Stopwatch.Frequency));
        await using var lane = new LoadLane(shared.Server.Host.Addresses.Grpc!.OriginalString, Settings(), recorder, []);
        await lane.OpenAsync(Eventually.Soon());
        recorder.Started(3);
        await lane.RecommendAsync("late", due);
        await lane.ListSimilarAsync("late-item", due);
        Assert.True(lane.TrySend(new EventsToSend(due, [Sample.Play("late", "late-item")])));
        await Eventually.HoldsAsync(() => recorder.InFlight == 0, "all are answered");
        foreach (var kind in new[] { OperationKind.Events, OperationKind.Recommend, OperationKind.Similar })
        {
            var row = recorder[kind].Sum(due, 60);
            Assert.True(row.Count == 1 && row.MaxMs >= LateMs * 0.99, $"{kind}: {row}");
        }
    }

    private static BenchSettings Settings()
    {
        var command = new System.CommandLine.Command("bench");
        var options = new BenchOptions();
        options.AddTo(command);
        return options.Read(command.Parse([]));
    }
}
