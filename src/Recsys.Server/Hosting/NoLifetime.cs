namespace Recsys.Server.Hosting;

/// <summary>The host ends when its owner disposes it: signals are the command's business, and a host within a command or a test must not take them.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
