using System.Text.RegularExpressions;

namespace Recsys.Tests.Repository;

/// <summary>The protos are the contract's documentation: whoever reads only them can write a client.</summary>
public sealed partial class ProtoCommentTests
{
    [Fact]
    public void Every_declaration_of_the_contract_when_read_has_a_comment()
    {
        var files = RepositoryFiles.Below("protos/recsys", "*.proto");
        Assert.NotEmpty(files);
        Findings.AssertNone(files.SelectMany(file => Uncommented(RepositoryFiles.Lines(file)).Select(declaration => $"{file}: {declaration}")));
    }

    [Fact]
    public void Declarations_when_bare_are_all_found()
    {
        string[] proto =
        [
            "syntax = \"proto3\";",
            "// Commented.",
            "service Good {",
            "  rpc Bare(A) returns (stream B) {",
            "    option (google.api.http) = {",
            "      get: \"/v1/x\"",
            "    };",
            "  }",
            "}",
            "enum E {",
            "  // Commented.",
            "  E_UNSPECIFIED = 0;",
            "  E_ONE = 1;",
            "}",
            "message M {",
            "  // Commented.",
            "  string a = 1;",
            "",
            "  map<string, a.b.C> bare_map = 2;",
            "  oneof choice {",
            "    // Commented.",
            "    repeated int32 c = 3;",
            "    optional double d = 4 [deprecated = true];",
            "  }",
            "  reserved 7;",
            "}",
        ];
        string[] bare =
        [
            "4: rpc Bare(A) returns (stream B) {",
            "10: enum E {",
            "13: E_ONE = 1;",
            "15: message M {",
            "19: map<string, a.b.C> bare_map = 2;",
            "20: oneof choice {",
            "23: optional double d = 4 [deprecated = true];",
        ];
        Assert.Equal(bare, Uncommented(proto));
    }

    private static IEnumerable<string> Uncommented(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            var isCommented = i > 0 && lines[i - 1].TrimStart().StartsWith("//", StringComparison.Ordinal);
            if (Declaration().IsMatch(lines[i]) && !isCommented)
            {
                yield return $"{i + 1}: {lines[i].Trim()}";
            }
        }
    }

    // A block, a field or an enum value.
    [GeneratedRegex(
        @"^\s*(?:(?:service|message|enum|oneof|rpc)\s+\w+"
        + @"|(?:(?:repeated|optional)\s+)?(?:map<[^>]+>|[\w.]+)\s+\w+\s*=\s*\d+"
        + @"|[A-Z][A-Z0-9_]*\s*=\s*\d+)")]
    private static partial Regex Declaration();
}
