using System.Diagnostics;

namespace Recsys.Tests.Repository;

/// <summary>The two commands and their tools, as far as they can be tried without setting a machine up.</summary>
public sealed class ScriptTests
{
    [Theory]
    [InlineData("recsys")]
    [InlineData("test")]
    [InlineData("tools/contract-base")]
    [InlineData("tools/quality")]
    [InlineData("tools/quality-table")]
    [InlineData("deploy/check")]
    [InlineData("deploy/lint")]
    [InlineData("deploy/image/recsys-await-key")]
    [InlineData("deploy/image/recsys-health")]
    public async Task Script_when_checked_out_is_executable(string script)
    {
        Assert.Equal(0, (await RunAsync(RepositoryFiles.Root, "test", "-x", script)).ExitCode);
    }

    [Theory]
    [InlineData("--help", 0, "N passed, N failed", "")]
    [InlineData("--al", 2, "", "unknown argument --al")]
    public async Task Test_command_when_asked_for_help_or_misspelt_says_how_it_is_used_and_runs_nothing(
        string argument, int exitCode, string output, string error)
    {
        var run = await RunAsync(Path.GetTempPath(), Path.Combine(RepositoryFiles.Root, "test"), argument);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(output, run.Output, StringComparison.Ordinal);
        Assert.Contains(error, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quality_table_has_a_row_a_recommender_and_a_column_a_figure()
    {
        var folder = Directory.CreateTempSubdirectory("recsys-table-");
        try
        {
            async Task WriteAsync(string file, params (string Name, double Ndcg)[] rows)
            {
                var all = string.Join(", ", rows.Select(row => FormattableString.Invariant(
                    $$"""{"name": "{{row.Name}}", "metrics": [{"k": 5, "ndcg": 0.9, "recall": 0.9}, {"k": 10, "ndcg": {{row.Ndcg}}, "recall": 0.5}]}""")));
                await File.WriteAllLinesAsync(Path.Combine(folder.FullName, file), ["{\"progress\": {}}", $"{{\"report\": {{\"rows\": [{all}]}}}}"]);
            }

            await WriteAsync("films.json", ("session (model)", 0.25), ("other (model)", 0.75), ("Markov", 0.25));
            // The preset is served, also where it's the variant of a model without something.
            await WriteAsync("gaps.json", ("session (model)", 0.125), ("session (network alone)", 0.375), ("preset (model)", 0.5), ("Markov", 0.25));
            var run = await RunAsync(
                folder.FullName, Path.Combine(RepositoryFiles.Root, "tools/quality-table"), folder.FullName, "films:ndcg@10", "films:recall@5", "gaps:ndcg@10", "absent:ndcg@10");
            Assert.Equal(0, run.ExitCode);
            Assert.Equal(
                [
                    "| | films ndcg@10 | films recall@5 | gaps ndcg@10 |", "|---|---|---|---|", "| **session: what is served** | 0.2500 | 0.9000 | 0.5000 |",
                    "| Markov | 0.2500 | 0.9000 | 0.2500 |",
                ],
                run.Output.TrimEnd().Split('\n'));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Contract_base_when_a_clone_is_ahead_of_main_is_where_they_parted()
    {
        await InGitRepositoryAsync(async (folder, commit) =>
        {
            var landed = await commit("2026-01-01T00:00:00Z");
            await GitAsync(folder, "update-ref", "refs/remotes/origin/main", landed);
            await commit("2026-01-05T00:00:00Z");
            Assert.Equal(landed, await ContractBaseAsync(folder));
        });
    }

    [Fact]
    public async Task Contract_base_when_the_clone_is_main_itself_is_older_than_what_landed_together()
    {
        await InGitRepositoryAsync(async (folder, commit) =>
        {
            var before = await commit("2026-01-01T00:00:00Z");
            await commit("2026-01-01T13:00:00Z");
            var tip = await commit("2026-01-02T12:00:00Z");
            await GitAsync(folder, "update-ref", "refs/remotes/origin/main", tip);
            Assert.Equal(before, await ContractBaseAsync(folder));
        });
    }

    [Fact]
    public async Task Contract_base_when_nothing_landed_before_is_nothing()
    {
        await InGitRepositoryAsync(async (folder, commit) =>
        {
            await commit("2026-01-02T12:00:00Z");
            Assert.Equal("", await ContractBaseAsync(folder));
        });
    }

    /// <summary>Hands the test a new repository with the tool in it, and a function that commits a contract at a given time and returns the commit.</summary>
    private static async Task InGitRepositoryAsync(Func<string, Func<string, Task<string>>, Task> test)
    {
        var folder = Directory.CreateTempSubdirectory("recsys-scripts-").FullName;
        try
        {
            await GitAsync(folder, "init", "-q", "-b", "main");
            Directory.CreateDirectory(Path.Combine(folder, "tools"));
            File.Copy(Path.Combine(RepositoryFiles.Root, "tools/contract-base"), Path.Combine(folder, "tools/contract-base"));
            Directory.CreateDirectory(Path.Combine(folder, "protos/recsys/v1"));
            await test(folder, async time =>
            {
                await File.WriteAllTextAsync(Path.Combine(folder, "protos/recsys/v1/a.proto"), time);
                await GitAsync(folder, "add", "-A");
                await RunAsync(
                    folder, "env", $"GIT_COMMITTER_DATE={time}", "git", "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-q", "-m", time);
                return await GitAsync(folder, "rev-parse", "HEAD");
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> ContractBaseAsync(string folder)
    {
        var run = await RunAsync(folder, Path.Combine(folder, "tools/contract-base"));
        Assert.Equal(0, run.ExitCode);
        return run.Output.Trim();
    }

    private static async Task<string> GitAsync(string folder, params string[] arguments)
    {
        var run = await RunAsync(folder, "git", arguments);
        Assert.True(run.ExitCode == 0, $"git {string.Join(' ', arguments)}: {run.Error}");
        return run.Output.Trim();
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // A hook or an outer run may have these set.
        start.Environment.Remove("GIT_DIR");
        start.Environment.Remove("RECSYS_CONTRACT_BASE");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} didn't start.");
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output, await error);
    }
}
