using System.Globalization;
using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Recsys.Storage;

namespace Recsys.Server.Hosting;

/// <summary>Healthy while the store takes a write: one that answers reads may have no room, no memory, or no replicas to confirm. Asked again within a second, it says what it found.</summary>
internal sealed class StoreHealthCheck(Func<IRecsysStore> store, TimeProvider time) : IHealthCheck, IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _one = new(1);
    private HealthCheckResult _found;
    private long _foundAt;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_foundAt == 0 || time.GetElapsedTime(_foundAt) >= Fresh)
            {
                _found = await ProbeAsync();
                _foundAt = time.GetTimestamp();
            }

            return _found;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<HealthCheckResult> ProbeAsync()
    {
        try
        {
            var content = Encoding.ASCII.GetBytes(time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
            await store().PutDocumentsAsync([new DocumentWrite { Collection = "health", Key = new("", "probe"), Content = content }], CancellationToken.None);
            return HealthCheckResult.Healthy();
        }
        catch (StoreUnavailableException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }
}
