using Recsys.Server.Commands;
using Recsys.ServerTests.Running;

namespace Recsys.ServerTests.Commands;

/// <summary>The words of the command: what is wrong is said shortly, what help says is right.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("recomend 1", "There is no 'recomend' here.", "See recsys --help.")]
    [InlineData("recommend 1 --bogus", "There is no '--bogus' here.", "See recsys recommend --help.")]
    [InlineData("recommend 1 -k many", "'many' for option '--page-size' as a whole number", "See recsys recommend --help.")]
    [InlineData("keys create", "'--scope' is required", "See recsys keys create --help.")]
    [InlineData("placements put", "'--file' is required", "See recsys placements put --help.")]
    [InlineData("recommend @ana", "There is no store recsys.db", "")]
    [InlineData("demo --users 7", "--users is 100 to 2,500", "")]
    public async Task Words_when_they_are_wrong_are_answered_in_a_line_with_exit_code_two(string words, string reason, string hint)
    {
        var run = await CommandRun.RunAsync(_folder.Path, words.Split(' '));
        run.IsRefused(reason);
        Assert.EndsWith(hint + "\n", run.Error, StringComparison.Ordinal);
        Assert.True(run.Error.Split('\n').Length <= 4, run.Error);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Help_when_asked_for_ends_with_the_examples_and_the_list_of_commands_is_short()
    {
        var all = (await CommandRun.RunAsync(_folder.Path)).Succeeds().Output;
        Assert.All(CommandLine.Build().Subcommands.Where(command => !command.Hidden), command => Assert.Contains($"\n  {command.Name} ", all, StringComparison.Ordinal));
        Assert.DoesNotContain("Examples", all, StringComparison.Ordinal);
        var one = (await CommandRun.RunAsync(_folder.Path, "train", "--help")).Succeeds().Output;
        Assert.EndsWith(
            "Examples:\n  recsys train --db films.db\n  recsys train --server http://127.0.0.1:7080 --namespace arcade --json\n  recsys train --epochs 5 --skip-activation\n"
            + "  recsys train --db films.db --settings tuned.json\n\n",
            one, StringComparison.Ordinal);
    }

    [Fact]
    public void Examples_when_parsed_are_free_of_errors()
    {
        var all = CommandLine.Build().Subcommands;
        var commands = all.Concat(all.SelectMany(command => command.Subcommands)).OfType<ExampledCommand>().ToArray();
        Assert.Equal(18, commands.Length);
        foreach (var example in commands.SelectMany(command => command.Examples.Split('\n')))
        {
            Assert.StartsWith("recsys ", example, StringComparison.Ordinal);
            var words = example["recsys ".Length..].Split("   ")[0].Replace('\'', '"');
            Assert.Empty(CommandLine.Build().Parse(words).Errors.Select(error => $"{words}: {error.Message}"));
        }
    }
}
