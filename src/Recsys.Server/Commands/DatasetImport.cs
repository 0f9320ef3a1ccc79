using Grpc.Core;
using Recsys.Datasets;
using Recsys.V1;

namespace Recsys.Server.Commands;

/// <summary>Sends a data set's items and events to a server and counts what became of them.</summary>
/// <param name="server">Where to.</param>
/// <param name="dataset">What.</param>
/// <param name="rejects">Where refused records go.</param>
internal sealed class DatasetImport(ServerConnection server, IDataset dataset, RejectFile rejects)
{
    private const int BatchSize = 500;

    // So many events wait for their acks at the most: enough to keep every shard of the engine busy, little enough to be small in memory.
    private const int Window = 20_000;

    /// <summary>Items stored.</summary>
    public long ItemsStored { get; private set; }

    /// <summary>Items that the server refused.</summary>
    public long ItemsRefused { get; private set; }

    /// <summary>Events stored.</summary>
    public long EventsStored { get; private set; }

    /// <summary>Events that the server knew already.</summary>
    public long EventsDuplicate { get; private set; }

    /// <summary>Events that the server refused or discarded.</summary>
    public long EventsRefused { get; private set; }

    /// <summary>Sends the items, then the events.</summary>
    public async Task RunAsync(ReadProgress progress, CancellationToken cancellationToken)
    {
        await ImportItemsAsync(progress, cancellationToken);
        await ImportEventsAsync(progress, cancellationToken);
    }

    private async Task ImportItemsAsync(ReadProgress progress, CancellationToken cancellationToken)
    {
        using var call = server.Catalog.ImportItems(cancellationToken: cancellationToken);
        var message = new ImportItemsRequest { Namespace = server.Namespace };
        foreach (var item in dataset.ReadItems(progress, cancellationToken))
        {
            message.Items.Add(DatasetMapping.ToMessage(item));
            if (message.Items.Count == BatchSize)
            {
                await call.RequestStream.WriteAsync(message, call.ResponseAsync, cancellationToken);
                message = new ImportItemsRequest { Namespace = server.Namespace };
            }
        }

        if (message.Items.Count > 0)
        {
            await call.RequestStream.WriteAsync(message, call.ResponseAsync, cancellationToken);
        }

        await call.RequestStream.CompleteAsync();
        var answer = await call.ResponseAsync;
        ItemsStored += answer.StoredCount;
        ItemsRefused += answer.RefusedCount;
        foreach (var error in answer.Errors)
        {
            rejects.Add("(items)", error.Index + 1, ErrorText.Of(error.Status), error.ItemId);
        }
    }

    /// <summary>Sends the events. One that the server has no room for just now is sent again.</summary>
    private async Task ImportEventsAsync(ReadProgress progress, CancellationToken cancellationToken)
    {
        using var call = server.Events.StreamEvents(cancellationToken: cancellationToken);
        using var room = new SemaphoreSlim(Window);
        var waiting = new EventsInFlight();
        var reading = ReadAcksAsync(call.ResponseStream, waiting, room, cancellationToken);
        var message = new StreamEventsRequest { Namespace = server.Namespace };
        foreach (var record in dataset.ReadEvents(progress, cancellationToken))
        {
            message.Events.Add(waiting.Add(DatasetMapping.ToMessage(record)));
            if (message.Events.Count == BatchSize)
            {
                await SendAsync(message);
                message = new StreamEventsRequest { Namespace = server.Namespace };
            }
        }

        if (message.Events.Count > 0)
        {
            await SendAsync(message);
        }

        while (await waiting.SettledAsync(cancellationToken))
        {
            await SendAsync(new StreamEventsRequest { Namespace = server.Namespace }, again: true);
        }

        if (reading.IsCompleted)
        {
            await ThrowClosedAsync();
        }

        await call.RequestStream.CompleteAsync();
        await reading;

        async Task ThrowClosedAsync()
        {
            await reading;
            throw new RpcException(new Status(StatusCode.Unavailable, "The server closed the stream before it had acknowledged everything."));
        }

        async Task SendAsync(StreamEventsRequest request, bool again = false)
        {
            request.Events.AddRange(waiting.TakeRetries(again ? BatchSize : BatchSize - request.Events.Count));
            for (var i = 0; i < request.Events.Count; i++)
            {
                // A server that goes away ends the reading: don't wait for acks that won't come.
                while (!await room.WaitAsync(TimeSpan.FromMilliseconds(200), cancellationToken))
                {
                    if (reading.IsCompleted)
                    {
                        await ThrowClosedAsync();
                    }
                }
            }

            await call.RequestStream.WriteAsync(request, reading, cancellationToken);
        }
    }

    private async Task ReadAcksAsync(
        IAsyncStreamReader<StreamEventsResponse> stream, EventsInFlight waiting, SemaphoreSlim room, CancellationToken cancellationToken)
    {
        try
        {
            while (await stream.MoveNext(cancellationToken))
            {
                foreach (var ack in stream.Current.Acks)
                {
                    Count(ack, waiting);
                    room.Release();
                }
            }
        }
        finally
        {
            waiting.Close();
        }
    }

    private void Count(EventAck ack, EventsInFlight waiting)
    {
        if (ack.Error is { } error && (StatusCode)error.Code is StatusCode.ResourceExhausted or StatusCode.Unavailable && waiting.Retry(ack.SequenceNumber))
        {
            return;
        }

        var settled = waiting.Settle(ack.SequenceNumber);
        switch (ack.ResultCase)
        {
            case EventAck.ResultOneofCase.Accepted:
                EventsStored++;
                break;
            case EventAck.ResultOneofCase.Duplicate:
                EventsDuplicate++;
                break;
            default:
                EventsRefused++;
                rejects.Add("(events)", (long)ack.SequenceNumber, ErrorText.Of(ack), $"{settled?.UserId} {settled?.ItemId}");
                break;
        }
    }
}
