namespace Recsys.ServerTests.Redis;

/// <summary>What a fault under load cost.</summary>
/// <param name="Acknowledged">Events.</param>
/// <param name="Unknown">Events whose call failed.</param>
/// <param name="StoredUnknown">Those of them that were stored nevertheless.</param>
/// <param name="Lost">Acknowledged and not in the log.</param>
/// <param name="Duplicated">In the log more than once.</param>
/// <param name="InLog">Different events in the log; what was unknown was sent again until it was acknowledged.</param>
/// <param name="LongestWait">The longest time from an event's first sending to its ack: how long somebody wasn't served.</param>
internal sealed record FaultReport(int Acknowledged, int Unknown, int StoredUnknown, int Lost, int Duplicated, int InLog, TimeSpan LongestWait)
{
    public override string ToString() => FormattableString.Invariant(
        $"{Acknowledged} acknowledged, {Unknown} unknown ({StoredUnknown} of them stored), {Lost} lost, {Duplicated} duplicated, longest wait for an ack {LongestWait.TotalSeconds:F1} s");
}
