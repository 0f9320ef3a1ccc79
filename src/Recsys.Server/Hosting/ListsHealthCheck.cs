using Microsoft.Extensions.Diagnostics.HealthChecks;
using Recsys.Storage;

namespace Recsys.Server.Hosting;

/// <summary>Healthy while there are lists: also while the store is down, but not with one that was lost, of which this server's memory speaks no more.</summary>
internal sealed class ListsHealthCheck(Func<IRecsysStore> store) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(store().Loss is { } loss ? HealthCheckResult.Unhealthy(loss) : HealthCheckResult.Healthy());
}
