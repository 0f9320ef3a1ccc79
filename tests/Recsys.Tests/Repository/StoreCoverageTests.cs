using Recsys.Storage;
using Recsys.Tests.Storage;

namespace Recsys.Tests.Repository;

/// <summary>One storage contract, one conformance suite, no store without it.</summary>
public sealed class StoreCoverageTests
{
    [Fact]
    public void Store_when_it_implements_the_contract_runs_the_conformance_suite()
    {
        var stores = typeof(IRecsysStore).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(IRecsysStore)))
            .ToList();
        var suites = typeof(StoreConformance).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(StoreConformance)))
            .Select(type => type.Name);
        Assert.NotEmpty(stores);
        // A store may run it on several topologies, too.
        Assert.Subset(suites.ToHashSet(), stores.Select(store => store.Name + "ConformanceTests").ToHashSet());
    }
}
