using System.Text;
using System.Text.RegularExpressions;
using Recsys.Server.Hosting;
using Recsys.ServerTests.Running;
using Recsys.Serving;

namespace Recsys.ServerTests.Hosting;

public sealed partial class ConfigurationTests
{
    /// <summary>Set to 1, rewrites docs/configuration.md instead of comparing it.</summary>
    private const string RewriteVariable = "RECSYS_REWRITE_DOCS";

    [Fact]
    public void Setting_when_documented_states_its_range_and_default()
    {
        var text = SettingText.Read();
        Assert.All(Setting.All, setting =>
        {
            var comment = text.Of(setting);
            Assert.True(comment.Contains("Range: ", StringComparison.Ordinal) && comment.Contains("Default: ", StringComparison.Ordinal), $"{setting.Property.Name}: {comment}");
            if (setting.Property.PropertyType == typeof(int) && !setting.Property.Name.EndsWith("Port", StringComparison.Ordinal))
                Assert.True(comment.Contains("Unit: ", StringComparison.Ordinal), $"{setting.Property.Name} has no unit: {comment}");
        });
    }

    [Fact]
    public void Setting_when_named_has_names_of_its_own()
    {
        Assert.Distinct(Setting.All.Select(setting => setting.Flag));
        Assert.Contains(Setting.All, setting => setting is { Flag: "--grpc-port", Variable: "RECSYS_GRPC_PORT" });
    }

    [Fact]
    public void Documented_default_when_compared_is_the_real_one()
    {
        var text = SettingText.Read();
        foreach (var setting in Setting.All.Where(setting => setting.Property.PropertyType == typeof(int)))
        {
            var value = setting.Property.GetValue(Defaults(setting.Record));
            var stated = DefaultNumber().Match(text.Of(setting)).Groups[1].Value.Replace(",", "", StringComparison.Ordinal);
            Assert.True($"{value}" == stated, $"{setting.Property.Name} is {value}, its comment says {stated}");
        }
    }

    [Fact]
    public void Configuration_document_when_compared_is_up_to_date()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Recsys.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No Recsys.sln above the tests.");
        var file = Path.Combine(folder, "docs", "configuration.md");
        var expected = Document();
        if (Environment.GetEnvironmentVariable(RewriteVariable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, expected);
        }

        Assert.True(
            File.Exists(file) && File.ReadAllText(file) == expected,
            $"docs/configuration.md lags behind the options records: run this test with {RewriteVariable}=1.");
    }

    [Fact]
    public void Settings_when_loaded_come_from_what_is_given()
    {
        var options = Setting.Load<ServeOptions>(setting => setting.Flag switch
        {
            "--grpc-port" => "0",
            "--allow-anonymous-network" => "true",
            "--log-level" => "warning",
            "--db" => "x.db",
            _ => null,
        });
        Assert.Equal(
            new ServeOptions { GrpcPort = 0, AllowAnonymousNetwork = true, LogLevel = Microsoft.Extensions.Logging.LogLevel.Warning, Db = "x.db" }, options);
        var exception = Assert.Throws<FormatException>(() => Setting.Load<ServeOptions>(setting => setting.Flag == "--grpc-port" ? "many" : null));
        Assert.Contains("RECSYS_GRPC_PORT", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_when_wrong_are_all_reported_and_nothing_starts()
    {
        using var folder = new TemporaryFolder();
        var exception = await Assert.ThrowsAsync<StartupException>(() => RunningServer.StartAsync(
            serve => serve with { BindAddress = "nowhere", GrpcPort = 70_000, TlsKey = "/none/key.pem", CorsOrigins = "not an origin" }, folder: folder));
        foreach (var name in (string[])["BindAddress", "GrpcPort", "TlsKey", "CorsOrigins"]) Assert.Contains(name, exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
        var streams = await Assert.ThrowsAsync<StartupException>(() => RunningServer.StartAsync(streams: new StreamOptions { MaxUnsentAcks = 1 }));
        Assert.Contains("MaxUnsentAcks", streams.Message, StringComparison.Ordinal);
        var engine = await Assert.ThrowsAsync<StartupException>(() => RunningServer.StartAsync(engine: new EngineOptions { ModelFolder = "", PlayTimeoutMinutes = 0 }));
        Assert.Contains("PlayTimeoutMinutes", engine.Message, StringComparison.Ordinal);
    }

    private static object Defaults(Type record) => record == typeof(EngineOptions) ? new EngineOptions { ModelFolder = "" } : Activator.CreateInstance(record)!;

    private static string Document()
    {
        var text = SettingText.Read();
        var result = new StringBuilder();
        result.Append("# Configuration\n\n");
        result.Append("Generated from the options records in `src/`: don't edit. A test fails when it lags; with `RECSYS_REWRITE_DOCS=1` it rewrites this page.\n\n");
        result.Append("Every setting is a flag of `recsys serve` and an environment variable; the flag wins.\n");
        foreach (var record in Setting.All.Select(setting => setting.Record).Distinct())
        {
            result.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n## {text.Of(record).TrimEnd('.')}\n\n| flag | variable | what it is |\n|---|---|---|\n");
            foreach (var setting in Setting.All.Where(setting => setting.Record == record))
                result.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{setting.Flag}` | `{setting.Variable}` | {text.Of(setting)} |\n");
        }

        return result.ToString();
    }

    [GeneratedRegex(@"Default: (-?[\d,]+)")]
    private static partial Regex DefaultNumber();
}
