using Xunit.Abstractions;

namespace Recsys.Tests.Datasets;

/// <summary>Where the real data sets are: RECSYS_DATA, or ../shared/data beside the repository.</summary>
internal static class RealData
{
    /// <summary>The file or folder; null where it isn't at hand, which the test's output says.</summary>
    public static string? Find(string path, ITestOutputHelper output)
    {
        var root = Environment.GetEnvironmentVariable("RECSYS_DATA") ?? FindBesideRepository();
        var file = root is null ? null : Path.Combine(root, path);
        if (file is not null && (File.Exists(file) || Directory.Exists(file)))
            return file;
        output.WriteLine($"Skipped: {path} is not at hand; set RECSYS_DATA.");
        return null;
    }

    private static string? FindBesideRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Recsys.sln")))
                return Path.Combine(folder.FullName, "..", "shared", "data");
        }

        return null;
    }
}
