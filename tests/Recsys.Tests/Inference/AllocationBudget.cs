using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Recsys.Tests.Inference;

/// <summary>
/// The bytes that an operation may allocate, by name, in <c>tests/Recsys.Benchmarks/budgets.json</c>. An area's test measures all names that begin
/// with its prefix.
/// </summary>
internal static class AllocationBudget
{
    private const int Operations = 100;
    private const double Slack = 1.1;

    internal static IEnumerable<string> Names(string prefix) => Read().Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Fails where an operation allocates more than its budget and a tenth, on average over 100 of them after as many to warm up.</summary>
    internal static void Check(string name, Action operation)
    {
        Assert.True(Read().TryGetValue(name, out var budget), $"budgets.json has no entry '{name}'.");
        var found = BytesPerOperation(operation);
        Assert.True(found <= budget * Slack, $"'{name}' allocates {found} bytes an operation, the budget is {budget}.");
    }

    internal static double BytesPerOperation(Action operation)
    {
        for (var i = 0; i < Operations; i++) operation();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Operations; i++) operation();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Operations;
    }

    private static Dictionary<string, double> Read([CallerFilePath] string thisFile = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "Recsys.Benchmarks", "budgets.json");
        return JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(path))!;
    }
}
