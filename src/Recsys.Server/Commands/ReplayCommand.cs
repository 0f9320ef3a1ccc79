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
        var command = new Command("replay", """
            Stream a data set's events through the recommendation stream in time order, N times as fast as they happened, and show lists as they change.

            Examples:
              recsys replay ml-100k --db films.db --speed 100000 --user 196 186
              recsys replay plays.csv --server http://127.0.0.1:7080 --speed 60
              recsys replay ml-100k --speed 0 --max-events 2000 --json
            """);
        _dataset.AddTo(command);
        foreach (var option in new Option[] { _speed, _users, _show, _size, _limit })
        {
            command.Add(option);
        }

        command.SetAction((words, token) => Run(words, (server, stop) => ReplayAsync(words, server, stop), token));
        return command;
    }

    private async Task<int> ReplayAsync(ParseResult words, ServerConnection server, CancellationToken cancellationToken)
    {
        var speed = words.GetValue(_speed);
        if (!(speed >= 0) || double.IsInfinity(speed))
        {
            throw new ArgumentException("--speed is 0 or more.");
        }

        var dataset = _dataset.Open(words);
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
            if (sent == limit || reading.IsCompleted)
            {
                break;
            }

            firstMs ??= record.TimeMs;
            var due = speed == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds((record.TimeMs - firstMs.Value) / speed) - clock.Elapsed;
            if (message.Events.Count == 500 || (message.Events.Count > 0 && due > TimeSpan.FromMilliseconds(1)))
            {
                await call.RequestStream.WriteAsync(message, cancellationToken);
                message = new StreamRecommendationsRequest { Namespace = server.Namespace };
            }

            if (due > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(due, cancellationToken);
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
            await call.RequestStream.WriteAsync(message, cancellationToken);
        }

        await call.RequestStream.CompleteAsync();
        await reading;
        var seconds = clock.Elapsed.TotalSeconds;
        if (words.GetValue(Connection.Json))
        {
            PrintJson(new JsonObject
            {
                ["events_sent"] = sent,
                ["events_accepted"] = view.Accepted,
                ["events_duplicate"] = view.Duplicates,
                ["events_refused"] = view.Refused,
                ["lists_received"] = view.Lists,
                ["seconds"] = Math.Round(seconds, 2),
            });
        }
        else
        {
            Console.WriteLine(
                $"{sent:N0} events in {seconds:F1} s: {view.Accepted:N0} stored, {view.Duplicates:N0} known already, {view.Refused:N0} refused; {view.Lists:N0} lists");
        }

        return view.Refused == 0 ? Success : Failure;
    }

    /// <summary>Prints what comes back.</summary>
    private sealed class ReplayView(ServerConnection server, bool json)
    {
        private readonly HashSet<string> _followed = [];
        private readonly Dictionary<string, DatasetEvent> _latest = [];
        private readonly Lock _lock = new();

        public long Accepted { get; private set; }

        public long Duplicates { get; private set; }

        public long Refused { get; private set; }

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
                            break;
                    }
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

            DatasetEvent? latest;
            lock (_lock)
            {
                _latest.TryGetValue(list.UserIds[0], out latest);
            }

            var title = latest is null ? "" : (await ItemTitles.OfAsync(server, [latest.ItemId], cancellationToken))(latest.ItemId);
            Console.WriteLine($"{latest?.Time:u}  {list.UserIds[0]}  {latest?.Type} {title}");
            Console.WriteLine($"    -> {string.Join(" | ", list.Items.Select(i => i.Title.Length > 0 ? i.Title : i.ItemId))}");
        }
    }
}
