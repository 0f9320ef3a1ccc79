using System.Diagnostics.Metrics;

namespace Recsys.Server.Hosting;

/// <summary>What the server measures of itself, under the meter `Recsys.Server`; names are a contract.</summary>
internal sealed class ServerMetrics : IDisposable
{
    public const string MeterName = "Recsys.Server";
    private readonly Meter _meter;
    private readonly Counter<long> _acks;
    private readonly Counter<long> _lists;
    private readonly Histogram<double> _eventToList;
    private long _openStreams;
    private long _subscriptions;
    private long _unsentAcks;

    public ServerMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _meter.CreateObservableGauge("recsys.server.streams", () => OpenStreams, "{stream}", "Streams that are open.");
        _meter.CreateObservableGauge("recsys.server.subscriptions", () => Subscriptions, "{subscription}", "Users and placements that open streams watch.");
        _meter.CreateObservableGauge("recsys.server.unsent_acks", () => UnsentAcks, "{ack}", "Acks of open streams that aren't sent yet.");
        _acks = _meter.CreateCounter<long>("recsys.server.acks", "{ack}", "Acks sent on streams.");
        _eventToList = _meter.CreateHistogram<double>(
            "recsys.server.event_to_list", "s", "From the receipt of an event until the first list that follows from it is handed to the transport, on streams; of events that this server took in.");
        _lists = _meter.CreateCounter<long>("recsys.server.stream_lists", "{list}", "Lists sent on streams.");
    }

    public long OpenStreams => Interlocked.Read(ref _openStreams);

    public long Subscriptions => Interlocked.Read(ref _subscriptions);

    public long UnsentAcks => Interlocked.Read(ref _unsentAcks);

    public void StreamOpened() => Interlocked.Increment(ref _openStreams);

    public void StreamClosed() => Interlocked.Decrement(ref _openStreams);

    public void SubscriptionsChanged(int difference) => Interlocked.Add(ref _subscriptions, difference);

    public void AcksOwed(int count) => Interlocked.Add(ref _unsentAcks, count);

    public void AcksSent(int count)
    {
        Interlocked.Add(ref _unsentAcks, -count);
        _acks.Add(count);
    }

    /// <summary>Acks of a stream that broke: nobody is left to read them.</summary>
    public void AcksAbandoned(int count) => Interlocked.Add(ref _unsentAcks, -count);

    public void ListsSent(int count) => _lists.Add(count);

    /// <summary>A list of a stream is on its way.</summary>
    public void EventToList(TimeSpan duration) => _eventToList.Record(duration.TotalSeconds);

    public void Dispose() => _meter.Dispose();
}
