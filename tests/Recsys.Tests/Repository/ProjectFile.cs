using System.Xml.Linq;

namespace Recsys.Tests.Repository;

/// <summary>What a project file refers to.</summary>
/// <param name="Name">The project's name, e.g. "Recsys.Serving".</param>
/// <param name="Path">Relative to the repository's root.</param>
/// <param name="Projects">Names of the projects it refers to.</param>
/// <param name="Packages">Its package references: name, and the version where one is written in the project file.</param>
internal sealed record ProjectFile(string Name, string Path, IReadOnlyList<string> Projects, IReadOnlyList<(string Name, string? Version)> Packages)
{
    /// <summary>All projects of src/ and tests/ by name.</summary>
    public static IReadOnlyDictionary<string, ProjectFile> All { get; } =
        RepositoryFiles.Below("src", "*.csproj").Concat(RepositoryFiles.Below("tests", "*.csproj")).Select(Read).ToDictionary(project => project.Name);

    /// <summary>This project and all that it refers to, directly or not.</summary>
    public IReadOnlyList<ProjectFile> Closure()
    {
        var closure = new List<ProjectFile> { this };
        for (var next = 0; next < closure.Count; next++)
        {
            closure.AddRange(closure[next].Projects.Select(name => All[name]).Where(project => !closure.Contains(project)).Distinct().ToList());
        }

        return closure;
    }

    private static ProjectFile Read(string path)
    {
        var xml = XDocument.Load(System.IO.Path.Combine(RepositoryFiles.Root, path));
        return new ProjectFile(
            System.IO.Path.GetFileNameWithoutExtension(path),
            path,
            [.. xml.Descendants("ProjectReference").Select(reference => System.IO.Path.GetFileNameWithoutExtension(Included(reference).Replace('\\', '/')))],
            [.. xml.Descendants("PackageReference").Select(reference => (Included(reference), VersionOf(reference)))]);
    }

    private static string? VersionOf(XElement reference) => (string?)reference.Attribute("Version") ?? (string?)reference.Attribute("VersionOverride");

    private static string Included(XElement reference) =>
        (string?)reference.Attribute("Include") ?? throw new InvalidOperationException($"A reference without Include: {reference}");
}
