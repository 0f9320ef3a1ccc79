namespace Recsys.ServerTests.Redis;

/// <summary>What a fault under load cost.</summary>
/// <param name="Acknowledged">Events.</param>
/// <param name="Unknown">Events whose call failed.</param>
/// <param name="StoredUnknown">Those of them that were stored nevertheless.</param>
/// <param name="Lost">Acknowledged and not in the log.</param>
/// <param name="Duplicated">In the log more than once.</param>
/// <param name="InLog">Different events in the log; what was unknown was sent again until it was acknowledged.</param>
/// <param name="LongestGap">The longest time without any ack: how long it took to recover.</param>
internal sealed record FaultReport(int Acknowledged, int Unknown, int StoredUnknown, int Lost, int Duplicated, int InLog, TimeSpan LongestGap)
{
    public override string ToString() => FormattableString.Invariant(
        $"{Acknowledged} acknowledged, {Unknown} unknown ({StoredUnknown} of them stored), {Lost} lost, {Duplicated} duplicated, longest time without an ack {LongestGap.TotalSeconds:F1} s");
}
