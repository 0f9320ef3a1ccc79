using System.CommandLine;
using Recsys.Server.Bench;
using Recsys.Server.Hosting;
using Recsys.Serving;

namespace Recsys.Server.Commands;

/// <summary>`recsys serve`: runs the server until it's told to stop.</summary>
internal sealed class ServeCommand : Command
{
    private readonly Dictionary<Setting, Option> _options = [];

    public ServeCommand() : base("serve", "Run the server until SIGTERM or Ctrl+C. Every option can also be given by its environment variable.")
    {
        var text = SettingText.Read();
        foreach (var setting in Setting.All)
        {
            var description = $"{text.Of(setting)} [{setting.Variable}]";
            Option option = setting.Property.PropertyType == typeof(bool)
                ? new Option<bool>(setting.Flag) { Description = description }
                : new Option<string>(setting.Flag) { Description = description, HelpName = ValueName(setting) };
            _options[setting] = option;
            Add(option);
        }

        SetAction(RunAsync);
    }

    /// <summary>What the words of this command would set, for who starts servers.</summary>
    /// <exception cref="FormatException">They aren't right: says why.</exception>
    public static (ServeOptions Serve, RedisOptions Redis, StreamOptions Streams, EngineOptions Engine) Read(IReadOnlyList<string> words)
    {
        var command = new ServeCommand();
        var parsed = command.Parse(words);
        if (parsed.Errors.Count > 0) throw new FormatException(parsed.Errors[0].Message);
        return (
            Setting.Load<ServeOptions>(setting => command.Given(parsed, setting)),
            Setting.Load<RedisOptions>(setting => command.Given(parsed, setting)),
            Setting.Load<StreamOptions>(setting => command.Given(parsed, setting)),
            Setting.Load<EngineOptions>(setting => command.Given(parsed, setting)));
    }

    private static string ValueName(Setting setting) => setting.Property.PropertyType == typeof(int) ? "N" : "VALUE";

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var counters = CounterFile.OpenIfAsked();
        try
        {
            var host = await RecsysHost.StartAsync(
                Setting.Load<ServeOptions>(setting => Given(parsed, setting)),
                cancellationToken,
                Setting.Load<StreamOptions>(setting => Given(parsed, setting)),
                Setting.Load<EngineOptions>(setting => Given(parsed, setting)),
                redis: Setting.Load<RedisOptions>(setting => Given(parsed, setting)));
            await using (host)
            {
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"recsys listening on {host.Addresses}");
                await parsed.InvocationConfiguration.Output.FlushAsync(CancellationToken.None);
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop while it was starting.
            return 0;
        }
        catch (Exception exception) when (exception is StartupException or FormatException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    /// <summary>What the command line says, or else the environment; null: neither does.</summary>
    private string? Given(ParseResult parsed, Setting setting)
    {
        var result = parsed.GetResult(_options[setting]);
        if (result is null) return setting.FromEnvironment();
        return _options[setting] is Option<bool> flag ? parsed.GetValue(flag).ToString() : parsed.GetValue((Option<string>)_options[setting]);
    }
}
