using Microsoft.Extensions.Diagnostics.HealthChecks;
using Recsys.Storage;

namespace Recsys.Server.Hosting;

/// <summary>Healthy while the store answers a read.</summary>
internal sealed class StoreHealthCheck(Func<IRecsysStore> store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await store().GetDocumentAsync("health", "", "probe", cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (StoreUnavailableException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }
}
