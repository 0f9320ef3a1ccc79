namespace Recsys.Serving;

/// <summary>Work that is done again and again while the server runs.</summary>
internal static class Repeated
{
    /// <summary>Does it at once and then at each interval, never twice at a time, until it's told to stop.</summary>
    /// <param name="work">The work; what it throws ends the loop.</param>
    /// <param name="interval">From one beginning to the next; a work that takes longer is followed by the next at once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stopping">Ends it, without an error.</param>
    public static async Task RunAsync(Func<Task> work, TimeSpan interval, TimeProvider time, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            do
            {
                await work();
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }
}
