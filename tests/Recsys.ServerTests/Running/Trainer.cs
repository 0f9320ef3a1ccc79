using IoPath = System.IO.Path;

namespace Recsys.ServerTests.Running;

/// <summary>The built recsys-train: the solution's build makes it, and no test project but its own refers to it.</summary>
internal static class Trainer
{
    /// <summary>Its program.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        var root = framework;
        while (!File.Exists(IoPath.Combine(root.FullName, "Recsys.sln")))
            root = root.Parent ?? throw new DirectoryNotFoundException($"No Recsys.sln above {framework}.");
        var program = IoPath.Combine(root.FullName, "src", "Recsys.Training", "bin", framework.Parent!.Name, framework.Name, "recsys-train");
        return File.Exists(program) ? program : throw new FileNotFoundException($"The trainer isn't built: {program}");
    }
}
