using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Grpc.Core;
using Recsys.Datasets;
using Recsys.V1;

namespace Recsys.Server.Commands;

/// <summary>`recsys replay PATH`: a data set's events through the recommendation stream in time order, with lists shown as they change.</summary>
internal sealed class ReplayCommand : ClientCommand
{
    private readonly DatasetOptionsOnCommand _dataset = new();

    private readonly Option<double> _speed = new("--speed")
    {
        Description = "So many times faster than it happened; 0: as fast as the server takes it.",
        HelpName = "N",
        DefaultValueFactory = _ => 1000,
    };

    private readonly Option<string[]> _users = new("--user")
    {
        Description = "Show the lists of these users. Default: of the first --show users met.",
        HelpName = "ID",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int> _show = new("--show") { Description = "Without --user: show the lists of so many users.", HelpName = "N", DefaultValueFactory = _ => 3 };
    private readonly Option<int> _size = new("--page-size", "-k") { Description = "Items a list.", HelpName = "N", DefaultValueFactory = _ => 5 };
    private readonly Option<long> _limit = new("--max-events") { Description = "Stop after so many events; 0: all.", HelpName = "N" };

    /// <inheritdoc/>
    protected override Command Define()
    {
        var command = new ExampledCommand(
            "replay",
            "Stream a data set's events through the recommendation stream in time order, N times as fast as they happened, and show lists as they change.",
            """
            recsys replay ml-100k --db replayed.db --speed 100000 --user 196 186
            recsys replay plays.csv --server http://127.0.0.1:7080 --speed 60
            recsys replay ml-100k --db replayed.db --speed 0 --max-events 2000 --json
            """);
        _dataset.AddTo(command);
        foreach (var option in new Option[] { _speed, _users, _show, _size, _limit })
        {
            command.Add(option);
        }

        command.SetAction((words, token) => Run(
            words, () => Open(words), (dataset, server, stop) => ReplayAsync(words, dataset, server, stop), token, startsStore: true));
        return command;
    }

    private IDataset Open(ParseResult words)
    {
        if (!double.IsFinite(words.GetValue(_speed)) || words.GetValue(_speed) < 0 || words.GetValue(_limit) < 0 || words.GetValue(_show) < 0)
        {
            throw new ArgumentException("--speed, --show and --max-events are 0 or more.");
        }

        return _dataset.Open(words);
    }

    private async Task<int> ReplayAsync(ParseResult words, IDataset dataset, ServerConnection server, CancellationToken cancellationToken)
    {
        var speed = words.GetValue(_speed);
        var progress = new ReadProgress();
        var limit = words.GetValue(_limit) is > 0 and var n ? n : long.MaxValue;
        var events = dataset.ReadEvents(progress, cancellationToken);
        if (!dataset.IsInTimeOrder)
        {
            events = events.OrderBy(e => e.TimeMs);
        }

        var chosen = new HashSet<string>(words.GetValue(_users) ?? []);
        var more = chosen.Count > 0 ? 0 : words.GetValue(_show);
        using var call = server.Lists.StreamRecommendations(cancellationToken: cancellationToken);
        var view = new ReplayView(server, words.GetValue(Connection.Json));
        var reading = view.ReadAsync(call.ResponseStream, cancellationToken);
        var clock = Stopwatch.StartNew();
        long? firstMs = null;
        long sent = 0;
        var message = new StreamRecommendationsRequest { Namespace = server.Namespace };
        foreach (var record in events)
        {
            firstMs ??= record.TimeMs;
            if (message.Events.Count == 500 || (message.Events.Count > 0 && WaitMs(record) > 1))
            {
                await call.RequestStream.WriteAsync(message, reading, cancellationToken);
                message = new StreamRecommendationsRequest { Namespace = server.Namespace };
            }

            // In short steps: a log may have gaps of months, and a stream that ends meanwhile should be noticed.
            while (WaitMs(record) > 1 && !Ended())
            {
                await Task.WhenAny(reading, Task.Delay((int)Math.Min(WaitMs(record), 10_000), cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (sent == limit || Ended())
            {
                break;
            }

            if (more > 0 && chosen.Add(record.UserId))
            {
                more--;
            }

            if (chosen.Contains(record.UserId) && view.Follow(record.UserId))
            {
                var subscription = new RecommendRequest { PageSize = words.GetValue(_size) };
                subscription.UserIds.Add(record.UserId);
                message.Subscriptions.Add(subscription);
            }

            view.Sent(record);
            message.Events.Add(new SequencedEvent { SequenceNumber = (ulong)++sent, Event = DatasetMapping.ToMessage(record) });
        }

        if (message.Events.Count > 0)
        {
            await call.RequestStream.WriteAsync(message, reading, cancellationToken);
        }

        await call.RequestStream.CompleteAsync();
        await reading;
        if (view.RefusedSubscription is { } why)
        {
            throw new ArgumentException(why);
        }

        var seconds = clock.Elapsed.TotalSeconds;
        if (words.GetValue(Connection.Json))
        {
            PrintJson(new JsonObject
            {
                ["events_sent"] = sent,
                ["events_accepted"] = view.Accepted,
                ["events_duplicate"] = view.Duplicates,
                ["events_refused"] = view.Refused,
                ["first_refusal"] = view.FirstRefusal,
                ["lines_rejected"] = progress.RejectedLines,
                ["lists_received"] = view.Lists,
                ["seconds"] = Math.Round(seconds, 2),
            });
        }
        else
        {
            Console.WriteLine(
                $"{sent:N0} events in {seconds:F1} s: {view.Accepted:N0} stored, {view.Duplicates:N0} known already, {view.Refused:N0} refused; {view.Lists:N0} lists");
            if (view.Accepted == 0 && view.Duplicates > 0)
            {
                Console.WriteLine("Lists follow new events: replay into a store that doesn't have these, or into another --namespace.");
            }

            if (view.FirstRefusal is { } reason)
            {
                Console.WriteLine($"The first refusal: {reason}");
            }

            if (progress.RejectedLines > 0)
            {
                Console.WriteLine($"{progress.RejectedLines:N0} lines couldn't be read and were left out (recsys import writes them to a file, with the reasons)");
            }
        }

        return view.Refused == 0 ? Success : Failure;

        double WaitMs(DatasetEvent record) => speed == 0 ? 0 : ((record.TimeMs - firstMs!.Value) / speed) - clock.Elapsed.TotalMilliseconds;

        bool Ended() => reading.IsCompleted || view.RefusedSubscription is not null;
    }

    /// <summary>Prints what comes back.</summary>
    private sealed class ReplayView(ServerConnection server, bool json)
    {
        private readonly HashSet<string> _followed = [];
        private readonly HashSet<string> _listed = [];
        private readonly Dictionary<string, DatasetEvent> _latest = [];
        private readonly Lock _lock = new();

        public long Accepted { get; private set; }

        public long Duplicates { get; private set; }

        public long Refused { get; private set; }

        /// <summary>Why, of the first event that was refused.</summary>
        public string? FirstRefusal { get; private set; }

        /// <summary>Why there will be no lists.</summary>
        public string? RefusedSubscription { get; private set; }

        public long Lists { get; private set; }

        public bool Follow(string userId) => _followed.Add(userId);

        public void Sent(DatasetEvent record)
        {
            lock (_lock)
            {
                _latest[record.UserId] = record;
            }
        }

        public async Task ReadAsync(IAsyncStreamReader<StreamRecommendationsResponse> stream, CancellationToken cancellationToken)
        {
            while (await stream.MoveNext(cancellationToken))
            {
                foreach (var ack in stream.Current.Acks)
                {
                    switch (ack.ResultCase)
                    {
                        case EventAck.ResultOneofCase.Accepted:
                            Accepted++;
                            break;
                        case EventAck.ResultOneofCase.Duplicate:
                            Duplicates++;
                            break;
                        default:
                            Refused++;
                            FirstRefusal ??= ErrorText.Of(ack);
                            break;
                    }
                }

                if (stream.Current.SubscriptionErrors.FirstOrDefault() is { } refusal)
                {
                    RefusedSubscription = ErrorText.Of(refusal.Status);
                }

                foreach (var list in stream.Current.Lists)
                {
                    Lists++;
                    await PrintAsync(list, cancellationToken);
                }
            }
        }

        private async Task PrintAsync(RecommendationList list, CancellationToken cancellationToken)
        {
            if (json)
            {
                PrintJson(new JsonObject { ["list"] = JsonOf(list) });
                return;
            }

            DatasetEvent latest;
            lock (_lock)
            {
                latest = _latest[list.UserIds[0]];
            }

            // The first list answers the subscription, which is sent with the user's first event and taken before it.
            var what = _listed.Add(list.UserIds[0])
                ? "at the start"
                : $"{latest.Type} {(await ItemTitles.OfAsync(server, [latest.ItemId], cancellationToken))(latest.ItemId)}";
            Console.WriteLine($"{latest.Time:u}  {list.UserIds[0]}  {what}");
            Console.WriteLine($"    -> {(list.Items.Count == 0 ? "(nothing yet)" : string.Join(" | ", list.Items.Select(i => i.Title.Length > 0 ? i.Title : i.ItemId)))}");
        }
    }
}
