using System.CommandLine;
using Recsys.Datasets.Logs;
using Recsys.Inference.Experiments;

namespace Recsys.Server.Commands.Experiments;

/// <summary>`recsys experiments estimate`: what a policy would have earned, from the log of another.</summary>
internal sealed class EstimateCommand
{
    private readonly Option<string> _log = new("--log")
    {
        Description = "The log: delimited text whose first line has the columns' names (also .gz), JSON Lines, or Parquet. A row is a shown item with its propensity and what came of it.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _policy = new("--policy")
    {
        Description = "The policy in question: uniform (every action as probable), greedy (of a file that recsys experiments exposures wrote: the placement without exploration), "
            + "or the column with the probability with which it would have shown the row's action.",
        HelpName = "uniform|greedy|column:NAME",
        Required = true,
    };

    private readonly Option<string> _map = new("--map")
    {
        Description = "Which column holds what, FIELD=COLUMN between commas; a column by name or number. Fields: propensity, reward, action (for uniform), unit (user or list whose rows belong "
            + "together; default: each row is one). Columns with usual names are found.",
        HelpName = "MAPPING",
        DefaultValueFactory = _ => "",
    };

    private readonly Option<int?> _actions = new("--actions")
    {
        Description = "With --policy uniform: how many actions there are to choose from. Default: as many as the log shows.",
        HelpName = "N",
    };

    private readonly Option<double?> _clip = new("--clip")
    {
        Description = "Also estimate with larger weights cut to this, and say how large the bias can be. Default: where the estimate is refused, the root of the number of rows.",
        HelpName = "WEIGHT",
    };

    private readonly Option<string> _truth = new("--truth")
    {
        Description = "A log of the policy in question itself: say whether what it earned there lies inside the interval.",
        HelpName = "FILE",
    };

    private readonly Option<string> _truthMap = new("--truth-map") { Description = "The columns of --truth: reward, unit. Default: as --map.", HelpName = "MAPPING" };
    private readonly Option<string> _delimiter = new("--delimiter") { Description = "Between columns: one character, or tab. Default: found out.", HelpName = "CHAR" };

    private readonly Option<int> _resamples = new("--resamples")
    {
        Description = "Resamples of the bootstrap, 0 to 100,000; 0: none. There is none above 200,000 units.",
        HelpName = "N",
        DefaultValueFactory = _ => 1_000,
    };

    private readonly Option<long> _seed = new("--seed") { Description = "Seed of the bootstrap.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object instead of text for people." };

    /// <summary>Builds the command line's part.</summary>
    public Command Build()
    {
        var command = new ExampledCommand(
            "estimate",
            "Estimate from one policy's log what another would have earned (SNIPS and IPS), with a 95 % interval. Where too few rows carry the estimate it's refused, with the reasons, "
            + "and one with cut weights and its bias is given if there can be one: that's exit code 0 too, and \"status\": \"refused\" in --json. docs/experiments.md says how to read it.",
            """
            recsys experiments estimate --log plays.csv.gz --policy uniform
            recsys experiments estimate --log plays.parquet --policy column:new_policy --map reward=seconds,propensity=p,unit=user_id
            recsys experiments estimate --log bts-men.csv.gz --policy uniform --truth random-men.csv.gz --json
            recsys experiments estimate --log plays.csv --policy uniform --actions 500 --clip 50
            """)
        {
            _log, _policy, _map, _actions, _clip, _truth, _truthMap, _delimiter, _resamples, _seed, _json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        try
        {
            var result = await EstimateAsync(words, cancellationToken);
            if (words.GetValue(_json)) Console.WriteLine(EstimateJson.Of(result).ToJsonString());
            else EstimateTable.Write(result, ClientCommand.Terminal());
            return ClientCommand.Success;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ClientCommand.Interrupt();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or FormatException)
        {
            return ClientCommand.Refuse(e.Message);
        }
    }

    private async Task<EstimateResult> EstimateAsync(ParseResult words, CancellationToken cancellationToken)
    {
        var policy = PolicyChoice.Parse(words.GetValue(_policy)!);
        var options = Options(words, policy);
        var mapping = PolicyLogMapping.Parse(words.GetValue(_map)!);
        var delimiter = Delimiter(words.GetValue(_delimiter));
        var log = PolicyLog.Open(
            words.GetValue(_log)!, policy.Mapped(mapping),
            [PolicyLogField.Propensity, PolicyLogField.Reward, policy.IsUniform ? PolicyLogField.Action : PolicyLogField.Probability],
            [PolicyLogField.Unit], delimiter);

        // Opened before the first is read: that may take long.
        var truth = words.GetValue(_truth) is { } file ? OpenTruth(file, words, mapping, delimiter) : null;
        var actions = policy.IsUniform ? await CountActionsAsync(log, words.GetValue(_actions), cancellationToken) : null as int?;
        var outcomes = await LogReading.ReadAsync(log, 1.0 / actions, cancellationToken);
        return new()
        {
            Log = log.Path,
            Policy = policy.Text,
            Actions = actions,
            UnitColumn = log.ColumnOf(PolicyLogField.Unit),
            Report = OffPolicyReport.Of(outcomes, options),
            TruthLog = truth?.Path,
            Truth = truth is null ? null : OffPolicyReport.Of(await LogReading.ReadAsync(truth, null, cancellationToken), options with { Clip = null, Resamples = 0 }),
        };
    }

    /// <summary>How many actions a uniform policy has: as many as it's said to have, which can't be fewer than the log shows.</summary>
    private static async Task<int> CountActionsAsync(PolicyLog log, int? said, CancellationToken cancellationToken)
    {
        var shown = await LogReading.CountActionsAsync(log, cancellationToken);
        if (shown == 0) throw new InvalidDataException($"There is no row in {log.Path}.");
        return said < shown ? throw new ArgumentException($"{log.Path} shows {shown:N0} actions, more than --actions {said}.") : said ?? shown;
    }

    private PolicyLog OpenTruth(string file, ParseResult words, PolicyLogMapping mapping, char? delimiter) => PolicyLog.Open(
        file, words.GetValue(_truthMap) is { } own ? PolicyLogMapping.Parse(own) : mapping, [PolicyLogField.Reward], [PolicyLogField.Unit], delimiter);

    private OffPolicyOptions Options(ParseResult words, PolicyChoice policy)
    {
        if (words.GetValue(_actions) is { } actions && (actions < 1 || !policy.IsUniform)) throw new ArgumentException("--actions is 1 or more, and goes with --policy uniform.");
        if (words.GetValue(_clip) is { } clip && !(clip > 0)) throw new ArgumentException("--clip is above 0.");
        if (words.GetValue(_resamples) is < 0 or > 100_000) throw new ArgumentException("--resamples is 0 to 100,000.");
        if (words.GetValue(_truthMap) is not null && words.GetValue(_truth) is null) throw new ArgumentException("--truth-map goes with --truth.");
        return new() { Clip = words.GetValue(_clip), Resamples = words.GetValue(_resamples), Seed = words.GetValue(_seed) };
    }

    private static char? Delimiter(string? word) => word switch
    {
        null or "" => null,
        "\\t" or "tab" => '\t',
        [var one] => one,
        _ => throw new ArgumentException($"--delimiter is one character (or tab), not '{word}'."),
    };
}
