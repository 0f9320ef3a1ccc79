using System.Text.RegularExpressions;

namespace Recsys.Tests.Repository;

/// <summary>Holds the rules of CONTRIBUTING.md on C# files that no analyzer checks.</summary>
public sealed partial class SourceFileTests
{
    private const int MaxLines = 500;
    private const int MaxColumns = 200;

    private static readonly IReadOnlyList<string> Sources =
        [.. RepositoryFiles.Below("src", "*.cs"), .. RepositoryFiles.Below("tests", "*.cs"), .. RepositoryFiles.Below("clients", "*.cs")];

    [Fact]
    public void Source_files_when_looked_for_are_found()
    {
        Assert.Contains("src/Recsys.Storage/IRecsysStore.cs", Sources);
        Assert.Contains("tests/Recsys.Tests/Repository/SourceFileTests.cs", Sources);
    }

    [Fact]
    public void Source_file_when_long_is_cut()
    {
        var tooLong = Sources.Select(file => (File: file, Count: RepositoryFiles.Lines(file).Length)).Where(entry => entry.Count > MaxLines);
        Findings.AssertNone(tooLong.Select(entry => $"{entry.File} has {entry.Count} lines"));
    }

    [Fact]
    public void Line_when_wide_is_wrapped()
    {
        var tooWide = from file in Sources
                      from line in RepositoryFiles.Lines(file).Select((text, index) => (text, number: index + 1))
                      where line.text.Length > MaxColumns
                      select $"{file}:{line.number} has {line.text.Length} columns";
        Findings.AssertNone(tooWide);
    }

    [Fact]
    public void Source_file_when_it_declares_a_type_declares_one_and_is_named_after_it()
    {
        var strays = new List<string>();
        foreach (var file in Sources)
        {
            var types = RepositoryFiles.Lines(file)
                .Select(line => TopLevelType().Match(line))
                .Where(match => match.Success)
                .Select(match => match.Groups["name"].Value)
                .ToList();
            // "Engine.Log.cs" holds a part of Engine, "Job{T}.cs" a generic Job.
            var expected = Path.GetFileName(file).Split('.', '{')[0];
            if (types.Count > 1 || (types.Count == 1 && types[0] != expected))
            {
                strays.Add($"{file}: {string.Join(", ", types)}");
            }
        }

        Findings.AssertNone(strays);
    }

    [Fact]
    public void Source_of_the_product_when_read_has_nothing_unfinished()
    {
        var unfinished = from file in RepositoryFiles.Below("src", "*.cs")
                         from line in RepositoryFiles.Lines(file).Select((text, index) => (text, number: index + 1))
                         where Unfinished().IsMatch(line.text)
                         select $"{file}:{line.number}: {line.text.Trim()}";
        Findings.AssertNone(unfinished);
    }

    [Theory]
    [InlineData("public sealed class Engine", "Engine")]
    [InlineData("internal static partial class ServerLog", "ServerLog")]
    [InlineData("public readonly record struct UserKey(string Namespace, string UserId);", "UserKey")]
    [InlineData("internal ref struct Cursor<T>", "Cursor")]
    [InlineData("public delegate void Changed(int count);", "Changed")]
    [InlineData("    private sealed class Nested", null)]
    [InlineData("// public class Gone", null)]
    public void Top_level_type_when_declared_is_recognised(string line, string? expected)
    {
        var match = TopLevelType().Match(line);
        Assert.Equal(expected, match.Success ? match.Groups["name"].Value : null);
    }

    // With file-scoped namespaces (an error otherwise) only top-level declarations start in the first column.
    [GeneratedRegex(
        @"^(?:public|internal)\s+(?:(?:static|sealed|abstract|partial|readonly|ref|unsafe|new)\s+)*"
        + @"(?:(?:record\s+struct|record\s+class|class|record|struct|interface|enum)\s+|delegate\s+\S+\s+)(?<name>\w+)")]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"NotImplementedException|\b(?:TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex Unfinished();
}
