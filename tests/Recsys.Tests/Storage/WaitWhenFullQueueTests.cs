using Recsys.Storage.Sqlite;

namespace Recsys.Tests.Storage;

public sealed class WaitWhenFullQueueTests
{
    [Fact]
    public async Task Item_when_the_queue_is_full_then_its_sender_waits_for_a_place()
    {
        using var queue = new WaitWhenFullQueue<string>(2);
        await queue.EnqueueAsync("a", default);
        await queue.EnqueueAsync("b", default);
        var third = queue.EnqueueAsync("c", default).AsTask();
        Assert.False(third.IsCompleted);
        Assert.Equal(["a"], Take(queue, maxWeight: 1));
        await third.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["b", "c"], Take(queue, maxWeight: 10));
    }

    [Fact]
    public async Task Sender_when_it_gives_up_waiting_then_its_item_never_comes()
    {
        using var queue = new WaitWhenFullQueue<string>(1);
        using var cancel = new CancellationTokenSource();
        await queue.EnqueueAsync("a", default);
        var second = queue.EnqueueAsync("b", cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal(["a"], Take(queue, maxWeight: 10));
        Assert.Empty(Take(queue, maxWeight: 10));
    }

    [Fact]
    public async Task Queue_when_closed_then_what_waits_is_taken_and_all_senders_are_refused()
    {
        using var queue = new WaitWhenFullQueue<string>(1);
        await queue.EnqueueAsync("a", default);
        var waiting = Enumerable.Range(0, 3).Select(_ => queue.EnqueueAsync("late", default).AsTask()).ToList();
        queue.Close();
        Assert.Equal(["a"], Take(queue, maxWeight: 10));
        foreach (var sender in waiting)
            await Assert.ThrowsAsync<ObjectDisposedException>(() => sender.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.False(queue.Take([], _ => 1, 10, wait: true));
    }

    private static List<string> Take(WaitWhenFullQueue<string> queue, int maxWeight)
    {
        var taken = new List<string>();
        Assert.True(queue.Take(taken, _ => 1, maxWeight, wait: false));
        return taken;
    }
}
