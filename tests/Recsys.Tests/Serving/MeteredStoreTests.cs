using System.Diagnostics.Metrics;
using Recsys.Serving;
using Recsys.Storage;
using Recsys.Storage.Sqlite;

namespace Recsys.Tests.Serving;

/// <summary>`recsys.store.calls`: round trips, by who makes them and what for.</summary>
public sealed class MeteredStoreTests
{
    [Fact]
    public async Task Calls_when_made_are_counted_once_each_and_passed_on()
    {
        // The meter's name is the process's: other tests' engines count beside this one, under other callers.
        var caller = $"test-{Guid.NewGuid():N}";
        var counts = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "recsys.store.calls") self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if ((string?)tags[0].Value == caller) counts[(string)tags[1].Value!] = counts.GetValueOrDefault((string)tags[1].Value!) + value;
        });
        listener.Start();
        await using var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), CancellationToken.None);
        using var metrics = new ServingMetrics();
        var metered = new MeteredStore(store, metrics, caller);

        var numbers = await metered.AllocateItemNumbersAsync("default", ["a", "b"], CancellationToken.None);
        Assert.Equal(2, (await metered.ListItemNumbersAsync(0, 10, CancellationToken.None)).Count);
        await metered.LoadAsync([new UserLookup(new UserKey("default", "u"), [])], 0, CancellationToken.None);
        await metered.LoadAsync([new UserLookup(new UserKey("default", "u"), []), new UserLookup(new UserKey("default", "v"), [])], 0, CancellationToken.None);
        Assert.Null(await metered.GetDocumentAsync("c", "default", "k", CancellationToken.None));

        Assert.Equal([1u, 2u], numbers);
        Assert.Equal(store.Durability, metered.Durability);
        Assert.Equal(
            new Dictionary<string, long> { ["allocate_item_numbers"] = 1, ["list_item_numbers"] = 1, ["load"] = 2, ["get_document"] = 1 }, counts);
    }
}
