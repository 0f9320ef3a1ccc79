using System.Diagnostics.Metrics;
using Recsys.Serving.Events;

namespace Recsys.Tests.Serving;

public sealed class AfterCommitTests
{
    [Fact]
    public async Task Stored_events_are_accepted_whatever_fails_after_their_commit()
    {
        // The meter is the process's: other tests' engines count beside this one, in contexts that don't know of this.
        var isOurs = new AsyncLocal<bool> { Value = true };
        var failures = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "recsys.events") self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) =>
        {
            if (isOurs.Value && Interlocked.Increment(ref failures) == 1) throw new InvalidOperationException("A listener's defect.");
        });
        listener.Start();
        await using var rig = await EngineRig.OpenAsync();
        var outcomes = await rig.WriteAsync(rig.Like("ann", "one"), rig.Like("ann", "two"), rig.Like("ann", "three")).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.InRange(failures, 1, int.MaxValue);
        Assert.All(outcomes, outcome => Assert.Equal(EventOutcome.Accepted, outcome));
        Assert.Equal(3, (await rig.LogAsync("ann")).Count);
        Assert.Equal([EventOutcome.Accepted], await rig.WriteAsync(rig.Like("ann", "next")));
        Assert.Equal(4, (await rig.Engine.ListTrendingAsync(new() { Namespace = EngineRig.Ns }, CancellationToken.None)).Items.Count);
    }
}
