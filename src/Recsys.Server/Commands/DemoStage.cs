using System.Diagnostics;
using Grpc.Core;
using Recsys.Datasets.Demo;
using Recsys.V1;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>Plays stories over one recommendation stream and prints how each list differs from the one before.</summary>
internal sealed class DemoStage : IAsyncDisposable
{
    private const int ShownItems = 6;

    private readonly ServerConnection _server;
    private readonly IAnsiConsole _terminal;
    private readonly IReadOnlyDictionary<string, string> _titles;
    private readonly AsyncDuplexStreamingCall<StreamRecommendationsRequest, StreamRecommendationsResponse> _call;
    private readonly List<double> _milliseconds = [];
    private ulong _sequenceNumber;

    public DemoStage(ServerConnection server, IAnsiConsole terminal, IReadOnlyDictionary<string, string> titles)
    {
        _server = server;
        _terminal = terminal;
        _titles = titles;
        _call = server.Lists.StreamRecommendations();
    }

    /// <summary>Plays one story.</summary>
    public async Task PlayAsync(DemoStory story, CancellationToken cancellationToken)
    {
        _terminal.WriteLine();
        _terminal.MarkupLineInterpolated($"   [bold yellow]{story.Introduction}[/]");
        if (story.MaxMaturityAge < 21)
        {
            await _server.Users.UpdateUserAsync(
                new UpdateUserRequest { User = new User { UserId = story.UserId, MaturityCeiling = story.MaxMaturityAge } }, cancellationToken: cancellationToken);
        }

        var subscription = new RecommendRequest { PageSize = ShownItems };
        subscription.UserIds.Add(story.UserId);
        var message = new StreamRecommendationsRequest();
        message.Subscriptions.Add(subscription);
        await _call.RequestStream.WriteAsync(message, cancellationToken);
        var before = await NextListAsync(story.UserId, 0, cancellationToken);
        Print("at the start", before, null, null);
        foreach (var step in story.Steps)
        {
            var watch = Stopwatch.StartNew();
            var after = await SendAsync(story.UserId, step, before, cancellationToken);
            var milliseconds = watch.Elapsed.TotalMilliseconds;
            _milliseconds.Add(milliseconds);
            Print(step.Narration, after, before, milliseconds);
            before = after;
        }

        var end = new StreamRecommendationsRequest();
        end.UnsubscribeUserIds.Add(story.UserId);
        await _call.RequestStream.WriteAsync(end, cancellationToken);
    }

    /// <summary>Ends the stream and says how quick the lists were.</summary>
    public async Task SumUpAsync(CancellationToken cancellationToken)
    {
        await _call.RequestStream.CompleteAsync();
        while (await _call.ResponseStream.MoveNext(cancellationToken))
        {
            // What is left on the stream are lists that were overtaken.
        }

        _milliseconds.Sort();
        _terminal.WriteLine();
        _terminal.WriteLine(
            $"   {_milliseconds.Count} steps; from sending the event to having its list (commit to disk included): "
            + $"median {_milliseconds[_milliseconds.Count / 2]:F1} ms, slowest {_milliseconds[^1]:F1} ms");
    }

    /// <summary>Ends the call.</summary>
    public ValueTask DisposeAsync()
    {
        _call.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<RecommendationList> SendAsync(string userId, DemoStep step, RecommendationList before, CancellationToken cancellationToken)
    {
        var message = new StreamRecommendationsRequest();
        foreach (var record in step.Events)
        {
            message.Events.Add(new SequencedEvent { SequenceNumber = ++_sequenceNumber, Event = DatasetMapping.ToMessage(record) });
        }

        await _call.RequestStream.WriteAsync(message, cancellationToken);
        var open = step.Events.Count;
        var latest = before;
        while (open > 0 || latest.StateRevision <= before.StateRevision)
        {
            await AdvanceAsync(cancellationToken);
            foreach (var ack in _call.ResponseStream.Current.Acks)
            {
                if (ack.Error is { } error)
                {
                    throw new RpcException(new Grpc.Core.Status((StatusCode)error.Code, ErrorText.Of(error)));
                }

                open--;
            }

            latest = _call.ResponseStream.Current.Lists.LastOrDefault(l => l.UserIds[0] == userId) ?? latest;
        }

        return latest;
    }

    private async Task<RecommendationList> NextListAsync(string userId, long afterRevision, CancellationToken cancellationToken)
    {
        while (true)
        {
            await AdvanceAsync(cancellationToken);
            if (_call.ResponseStream.Current.Lists.LastOrDefault(l => l.UserIds[0] == userId && l.StateRevision >= afterRevision) is { } list)
            {
                return list;
            }
        }
    }

    private async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        if (!await _call.ResponseStream.MoveNext(cancellationToken))
        {
            throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "The server closed the stream."));
        }
    }

    private void Print(string what, RecommendationList list, RecommendationList? before, double? milliseconds)
    {
        _terminal.MarkupLineInterpolated($"   [aqua]{what}[/]{(milliseconds is { } ms ? $"  ({ms:F1} ms)" : "")}");
        var known = before?.Items.Select(i => i.ItemId).ToHashSet();
        foreach (var item in list.Items)
        {
            var mark = known is not null && !known.Contains(item.ItemId) ? "+" : " ";
            var why = RecommendCommand.Why(item, id => _titles.GetValueOrDefault(id, id));
            _terminal.MarkupLineInterpolated($"     [green]{mark}[/] {item.Position + 1}. {item.Title}  [grey]{why}[/]");
        }
    }
}
