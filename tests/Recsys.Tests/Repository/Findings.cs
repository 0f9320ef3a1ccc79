namespace Recsys.Tests.Repository;

/// <summary>Fails with every finding on a line of its own, where xunit's own assertion would show the first five, cut short.</summary>
internal static class Findings
{
    /// <summary>Passes where there is none.</summary>
    public static void AssertNone(IEnumerable<string> findings)
    {
        var all = findings.ToList();
        if (all.Count > 0)
        {
            Assert.Fail($"{all.Count} found:\n{string.Join('\n', all)}");
        }
    }
}
