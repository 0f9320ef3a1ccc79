using System.Globalization;

namespace Recsys.ServerTests.Bench;

/// <summary>The processes that a bench started.</summary>
internal static class BenchChildren
{
    /// <summary>Ids and command lines of a process's children.</summary>
    public static IReadOnlyList<(int Id, string CommandLine)> Of(int parent)
    {
        var children = new List<(int, string)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            try
            {
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                var parentOf = int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
                if (parentOf == parent) children.Add((id, File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ')));
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }

        return children;
    }

    /// <summary>Whether a process is there.</summary>
    public static bool IsThere(int id) => Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}"));
}
