using System.Diagnostics;

namespace Recsys.ServerTests.Running;

/// <summary>Waits for conditions, with a deadline.</summary>
internal static class Eventually
{
    /// <summary>Long, since trainings are among what is waited for, and a busy machine takes its time.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(180);

    public static Task HoldsAsync(Func<bool> condition, string what) => HoldsAsync(() => Task.FromResult(condition()), what);

    public static async Task HoldsAsync(Func<Task<bool>> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < Deadline, $"Not within {Deadline.TotalSeconds} s: {what}");
            await Task.Delay(10);
        }
    }

    /// <summary>A token that ends a test which hangs.</summary>
    public static CancellationToken Soon(int seconds = 60) => new CancellationTokenSource(TimeSpan.FromSeconds(seconds)).Token;
}
