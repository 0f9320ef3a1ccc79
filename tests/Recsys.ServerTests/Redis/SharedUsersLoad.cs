using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Redis;

/// <summary>
/// Writes events of the same users through several replicas at once, and keeps the books: what was acknowledged, and what isn't known because its call failed. Each worker
/// sends what failed again, to another replica, until it's acknowledged: the pattern that docs/contract.md shows clients.
/// </summary>
internal sealed class SharedUsersLoad
{
    private const int EventsPerCall = 10;
    private static readonly TimeSpan CallDeadline = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(50);

    private readonly IReadOnlyList<Func<Clients>> _replicas;
    private readonly int _users;
    private readonly ConcurrentDictionary<string, string> _acknowledged = new();
    private readonly ConcurrentDictionary<string, int> _failures = new();
    private readonly CancellationTokenSource _stop = new();
    private Task[] _workers = [];
    private readonly ConcurrentBag<TimeSpan> _waits = [];
    private int _unknown;
    private int _storedUnknown;

    public SharedUsersLoad(IReadOnlyList<Func<Clients>> replicas, int users)
    {
        _replicas = replicas;
        _users = users;
    }

    public int Acknowledged => _acknowledged.Count;

    public void Start(int workers) => _workers = [.. Enumerable.Range(0, workers).Select(worker => Task.Run(() => RunAsync(worker)))];

    /// <summary>Waits for so many more acks, through whatever happens meanwhile.</summary>
    public Task AcksAsync(int more)
    {
        var target = Acknowledged + more;
        return Eventually.HoldsAsync(() => Acknowledged >= target || _workers.Any(worker => worker.IsFaulted), $"{more} more acks ({Describe()})");
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers).WaitAsync(Eventually.Deadline);
    }

    /// <summary>Compares the log with the books.</summary>
    public async Task<FaultReport> SettleAsync(Clients clients)
    {
        var stored = Count(await ReadAllAsync(clients));
        var lost = _acknowledged.Keys.Count(id => !stored.ContainsKey(id));
        return new(Acknowledged, _unknown, _storedUnknown, lost, stored.Values.Count(count => count > 1), stored.Count, _waits.Max());
    }

    /// <summary>What the calls failed with.</summary>
    public string Describe() => $"{Acknowledged} acknowledged, failures: {string.Join(", ", _failures.Select(failure => $"{failure.Value} x {failure.Key}"))}";

    public string User(int number) => string.Create(CultureInfo.InvariantCulture, $"shared-{number % _users}");

    private static Dictionary<string, int> Count(List<string> ids) => ids.GroupBy(id => id).ToDictionary(group => group.Key, group => group.Count());

    private async Task RunAsync(int worker)
    {
        var random = new Random(worker);
        var replica = worker;
        for (var call = 0; !_stop.IsCancellationRequested; call++)
        {
            var events = new Event[EventsPerCall];
            for (var i = 0; i < events.Length; i++)
                events[i] = Sample.Play(User(random.Next(_users)), $"i{random.Next(30)}", string.Create(CultureInfo.InvariantCulture, $"w{worker}-{call}-{i}"));
            var sent = Stopwatch.StartNew();
            for (var attempt = 0; await WriteAsync(_replicas[replica % _replicas.Count], events, isRepeated: attempt > 0) is { Length: > 0 } failed; attempt++)
            {
                if (attempt == 0) Interlocked.Add(ref _unknown, failed.Length);
                events = failed;
                replica++;
                await Task.Delay(PauseAfterFailure);
            }

            _waits.Add(sent.Elapsed);
        }
    }

    /// <summary>Writes events, and returns those that weren't acknowledged.</summary>
    private async Task<Event[]> WriteAsync(Func<Clients> clients, Event[] events, bool isRepeated)
    {
        try
        {
            var response = await clients().Events.WriteEventsAsync(Sample.Write(events), deadline: DateTime.MaxValue, cancellationToken: new CancellationTokenSource(CallDeadline).Token);
            var failed = new List<Event>();
            for (var i = 0; i < events.Length; i++)
            {
                var ack = response.Acks[i];
                if (ack.ResultCase is EventAck.ResultOneofCase.Accepted or EventAck.ResultOneofCase.Duplicate)
                {
                    Acknowledge(events[i]);
                    if (ack.ResultCase != EventAck.ResultOneofCase.Duplicate) continue;
                    Assert.True(isRepeated, "An event that was sent once is called a duplicate.");
                    Interlocked.Increment(ref _storedUnknown);
                    continue;
                }

                Assert.Equal((int)StatusCode.Unavailable, ack.Error.Code);
                Fail("UNAVAILABLE of an event");
                failed.Add(events[i]);
            }

            return [.. failed];
        }
        catch (Exception exception) when (exception is RpcException { StatusCode: StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.Internal } or ObjectDisposedException)
        {
            Fail($"{(exception as RpcException)?.StatusCode.ToString() ?? "closed channel"} of a call");
            return events;
        }
    }

    private void Fail(string what) => _failures.AddOrUpdate(what, 1, (_, count) => count + 1);

    private void Acknowledge(Event e)
    {
        _acknowledged[e.EventId] = e.UserId;
    }

    /// <summary>Waits for a replica that hasn't found its store again yet.</summary>
    private static async Task<ListUserEventsResponse> ReadAsync(Clients clients, ListUserEventsRequest request)
    {
        ListUserEventsResponse? page = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    page = await clients.Users.ListUserEventsAsync(request);
                    return true;
                }
                catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable)
                {
                    return false;
                }
            },
            "the log can be read");
        return page!;
    }

    private async Task<List<string>> ReadAllAsync(Clients clients)
    {
        var ids = new List<string>();
        for (var user = 0; user < _users; user++)
        {
            var request = new ListUserEventsRequest { UserId = User(user), PageSize = 1_000 };
            do
            {
                var page = await ReadAsync(clients, request);
                ids.AddRange(page.Events.Select(entry => entry.Event.EventId));
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
        }

        return ids;
    }
}
