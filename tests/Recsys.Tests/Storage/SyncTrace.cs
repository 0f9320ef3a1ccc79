using System.Text.RegularExpressions;

namespace Recsys.Tests.Storage;

/// <summary>Reads what strace wrote of a <see cref="StoreWriterChild"/>.</summary>
internal static partial class SyncTrace
{
    /// <summary>For each answer, how many syncs ended well between its announcement and it.</summary>
    public static List<int> SyncsBeforeAnswers(IEnumerable<string> lines)
    {
        var counts = new List<int>();
        int syncs = 0;
        foreach (string line in lines)
        {
            if (line.Contains("\"start ", StringComparison.Ordinal))
                syncs = 0;
            else if (line.Contains("\"ack ", StringComparison.Ordinal))
                counts.Add(syncs);
            else if (EndedSync().IsMatch(line))
                syncs++;
        }

        return counts;
    }

    // Calls that another thread interrupts end on a line of their own: "<... fdatasync resumed>) = 0".
    [GeneratedRegex(@"(?:fdatasync|fsync)(?:\(| resumed>).*= 0$")]
    private static partial Regex EndedSync();
}
