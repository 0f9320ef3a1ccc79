using System.Text.RegularExpressions;

namespace Recsys.Tests.Repository;

/// <summary>Links between the repository's own pages lead somewhere.</summary>
public sealed partial class MarkdownLinkTests
{
    [Fact]
    public void Link_when_relative_leads_to_a_file_of_the_repository()
    {
        var pages = RepositoryFiles.Below(".", "*.md");
        Assert.Contains("README.md", pages);

        var broken = from page in pages
                     from line in RepositoryFiles.Lines(page).Select((text, index) => (text, number: index + 1))
                     from Match link in Link().Matches(line.text)
                     let target = link.Groups["target"].Value
                     where !target.Contains(':', StringComparison.Ordinal) && !target.StartsWith('#')
                     where !Exists(page, target.Split('#')[0])
                     select $"{page}:{line.number}: {target}";
        Findings.AssertNone(broken);
    }

    private static bool Exists(string page, string target)
    {
        var path = Path.Combine(RepositoryFiles.Root, Path.GetDirectoryName(page)!, target);
        return File.Exists(path) || Directory.Exists(path);
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
