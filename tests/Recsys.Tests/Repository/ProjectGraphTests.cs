using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Recsys.Tests.Repository;

/// <summary>Holds the design's invariants: data flows one way, and libtorch is never loaded by the server process.</summary>
public sealed class ProjectGraphTests
{
    // Low to high: a project refers only to projects of lower layers.
    private static readonly string[][] Layers =
    [
        ["Recsys.Contracts", "Recsys.Datasets", "Recsys.Inference"],
        ["Recsys.Content", "Recsys.Storage"],
        ["Recsys.Serving", "Recsys.Training"],
        ["Recsys.Server"],
    ];

    [Fact]
    public void Every_project_of_src_when_read_has_a_layer()
    {
        var projects = ProjectFile.All.Values.Where(project => project.Path.StartsWith("src/", StringComparison.Ordinal)).Select(project => project.Name);
        Assert.Equal(Layers.SelectMany(layer => layer).Order(), projects.Order());
    }

    [Fact]
    public void Projects_of_src_when_they_refer_to_each_other_refer_to_lower_layers_only()
    {
        var upwards = from project in ProjectFile.All.Values
                      where project.Path.StartsWith("src/", StringComparison.Ordinal)
                      from reference in project.Projects
                      where LayerOf(reference) >= LayerOf(project.Name)
                      select $"{project.Name} -> {reference}";
        Findings.AssertNone(upwards);
    }

    [Fact]
    public void Inference_when_built_needs_no_other_project_and_no_run_time_package()
    {
        var inference = ProjectFile.All["Recsys.Inference"];
        Assert.Empty(inference.Projects);
        Assert.Empty(inference.Packages);
    }

    [Fact]
    public void Serving_when_built_knows_no_Protobuf_no_gRPC_and_no_contract()
    {
        var closure = ProjectFile.All["Recsys.Serving"].Closure();
        Assert.DoesNotContain(closure, project => project.Name == "Recsys.Contracts");
        Assert.DoesNotContain(
            closure.SelectMany(project => project.Packages),
            package => package.Name.StartsWith("Google.", StringComparison.Ordinal) || package.Name.StartsWith("Grpc.", StringComparison.Ordinal));
    }

    [Fact]
    public void Libtorch_when_looked_for_is_referenced_by_the_trainer_its_tests_and_its_benchmark_only()
    {
        var users = from project in ProjectFile.All.Values
                    where project.Closure().SelectMany(reached => reached.Packages).Any(package => IsTorch(package.Name))
                    orderby project.Name
                    select project.Name;
        Assert.Equal(["Recsys.Training", "Recsys.TrainingBenchmarks", "Recsys.TrainingTests"], users);
    }

    [Fact]
    public void Server_when_built_does_not_reach_the_trainer()
    {
        Assert.DoesNotContain(ProjectFile.All["Recsys.Server"].Closure(), project => project.Name == "Recsys.Training");
    }

    [Fact]
    public void Packages_when_referenced_have_one_exact_version_in_one_place()
    {
        var central = XDocument.Load(Path.Combine(RepositoryFiles.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(entry => (string)entry.Attribute("Include")!, entry => (string)entry.Attribute("Version")!);
        Assert.All(central, entry => Assert.Matches(@"^\d+(\.\d+){1,3}(-[0-9A-Za-z.-]+)?$", entry.Value));

        var shared = XDocument.Load(Path.Combine(RepositoryFiles.Root, "Directory.Build.props")).Descendants("PackageReference")
            .Select(reference => (string)reference.Attribute("Include")!);
        var referenced = ProjectFile.All.Values.SelectMany(project => project.Packages).ToList();
        Assert.All(referenced, package => Assert.Null(package.Version));
        Assert.Equal(central.Keys.Order(), referenced.Select(package => package.Name).Concat(shared).Distinct().Order());
    }

    [Fact]
    public void Solution_when_read_holds_every_project()
    {
        var listed = RepositoryFiles.Lines("Recsys.sln")
            .Select(line => Regex.Match(line, "^Project\\(.*= \"[^\"]+\", \"([^\"]+\\.csproj)\""))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value.Replace('\\', '/'));
        Assert.Equal(ProjectFile.All.Values.Select(project => project.Path).Order(), listed.Order());
    }

    [Fact]
    public void Program_filter_when_read_holds_every_project_of_src()
    {
        using var filter = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "tools/program.slnf")));
        var listed = filter.RootElement.GetProperty("solution").GetProperty("projects").EnumerateArray().Select(project => project.GetString()!);
        Assert.Equal(RepositoryFiles.Below("src", "*.csproj").Order(), listed.Order());
    }

    private static int LayerOf(string project) => Array.FindIndex(Layers, layer => layer.Contains(project));

    private static bool IsTorch(string package) =>
        package.StartsWith("TorchSharp", StringComparison.OrdinalIgnoreCase) || package.StartsWith("libtorch", StringComparison.OrdinalIgnoreCase);
}
