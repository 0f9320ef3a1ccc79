namespace Recsys.Tests.Repository;

/// <summary>The working tree that the tests were built from.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", "TestResults", ".git", ".setup", ".generated"];

    /// <summary>The folder with Recsys.sln, above the test's own.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Files below a folder, relative to <see cref="Root"/> with '/', without what builds and tools write.</summary>
    public static IReadOnlyList<string> Below(string folder, string pattern)
    {
        var found = new List<string>();
        Collect(new DirectoryInfo(Path.Combine(Root, folder)), pattern, found);
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    /// <summary>Lines of a file given relative to <see cref="Root"/>.</summary>
    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    private static void Collect(DirectoryInfo folder, string pattern, List<string> found)
    {
        if (!folder.Exists)
        {
            return;
        }

        found.AddRange(folder.EnumerateFiles(pattern).Select(file => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/')));
        foreach (var child in folder.EnumerateDirectories().Where(child => !NotOurs.Contains(child.Name) && child.LinkTarget is null))
        {
            Collect(child, pattern, found);
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Recsys.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Recsys.sln.");
    }
}
