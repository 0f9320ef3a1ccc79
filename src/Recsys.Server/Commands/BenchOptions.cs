using System.CommandLine;
using System.Globalization;
using Recsys.Server.Bench;
using Recsys.Server.Validation;

namespace Recsys.Server.Commands;

/// <summary>The options of `recsys bench`, and the settings that they make.</summary>
internal sealed class BenchOptions
{
    private const int MaxPageSize = 500;
    private const int MaxEventsPerMessage = 1_000;

    private readonly Option<string> _server = new("--server")
    {
        Description = "Running servers' gRPC addresses, HOST:PORT or URLs, with commas between them; streams are spread over them. Default: servers are started as children on a temporary store.",
        HelpName = "ADDRESS,...",
        DefaultValueFactory = _ => "",
    };

    private readonly Option<string> _apiKey = new("--api-key")
    {
        Description = "The API key for --server (ingest and read). Better given by the environment variable RECSYS_API_KEY.",
        HelpName = "KEY",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("RECSYS_API_KEY") ?? "",
    };

    private readonly Option<string> _namespace = new("--namespace", "-n")
    {
        Description = "The namespace. With --server, a catalogue that it has is used; only an empty one is filled. Events are written either way.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "default",
    };

    private readonly Option<int> _replicas = New("--replicas", "N", 1, "Children to start; more than one needs a store that they can share, given after --.");
    private readonly Option<string> _items = New("--items", "N", "10k", "Items in the catalogue, e.g. 500, 10k, 1m.");
    private readonly Option<string> _catalogue = New(
        "--catalogue", "N,N,...", "",
        "Measure with catalogues of these sizes, one after another, e.g. 10k,100k,1m; instead of --items.");
    private readonly Option<string> _users = New("--users", "N", "10k", "Users.");
    private readonly Option<int> _history = New("--history", "N", 5, "Events that each user has before.");
    private readonly Option<string> _dimensions = New(
        "--dimensions", "E/H/B", "128/128/2",
        "The model's embedding, hidden state and blocks; its weights are random, which costs the same as trained ones.");
    private readonly Option<string> _sources = New(
        "--sources", "NAME", "all",
        "What the model has: all (every source of candidates and the ranker, as a trained one), session (the session network alone), or both, one after the other, with the ratio.");
    private readonly Option<string> _rate = New("--rate", "N|max", "1000", "Operations a second; max: finds the highest rate that is sustained.");
    private readonly Option<double> _limit = New(
        "--p99-limit", "MS", 50.0,
        "With --rate max: milliseconds that the p99 of each kind of operation may take; errors are never allowed.");
    private readonly Option<double> _step = New("--step-seconds", "S", 10.0, "With --rate max: how long each rate is tried.");
    private readonly Option<string> _arrivals = New("--arrivals", "NAME", "poisson", "poisson (as of many independent users) or constant (equal gaps).");
    private readonly Option<double> _seconds = New("--seconds", "S", 30.0, "How long to measure.");
    private readonly Option<double> _warmUp = New("--warm-up", "S", 5.0, "Seconds of load before that, not measured.");
    private readonly Option<string> _mix = New(
        "--mix", "SHARES", "events=80,recommend=15,similar=5",
        "Shares of the operations. A message of events on a stream is one operation.");
    private readonly Option<int> _streams = New("--streams", "N", 8, "Connections, each with one recommendation stream.");
    private readonly Option<int> _batch = New("--batch", "N", 1, "Events a message, 1 to 1,000.");
    private readonly Option<double> _subscribe = New("--subscribe", "SHARE", 0.1, "Share of the users whose lists are watched on the streams, 0 to 1.");
    private readonly Option<int> _pageSize = New("--page-size", "N", 20, "Items a list, 1 to 500.");
    private readonly Option<string> _userChoice = New("--user-choice", "NAME", "distinct", "distinct (all users in turn) or zipf (few much, many a little).");
    private readonly Option<double> _exponent = New("--zipf-exponent", "X", 1.0, "With --user-choice zipf: how uneven.");
    private readonly Option<int> _inFlight = New(
        "--max-in-flight", "N", 100_000,
        "Operations that may wait for an answer; further ones aren't sent and count as errors (OVERRUN).");
    private readonly Option<bool> _switch = new("--switch-model")
    {
        Description = "After a third of the measured time, switch the children to a second model: latency before, during and after. Users that had an event since the start are prepared for it.",
    };

    private readonly Option<bool> _noEcho = new("--no-echo") { Description = "Leave out the same load against an echo service." };
    private readonly Option<int> _seed = New("--seed", "N", 1, "Of everything random.");

    private readonly Argument<string[]> _serve = new("SERVE-ARGUMENTS") { Description = "After --: further words for recsys serve of the children.", DefaultValueFactory = _ => [] };

    private IEnumerable<Option> All =>
    [
        _server, _apiKey, _namespace, _replicas, _items, _catalogue, _users, _history, _dimensions, _sources, _rate, _limit, _step, _arrivals, _seconds, _warmUp, _mix, _streams, _batch, _subscribe,
        _pageSize, _userChoice, _exponent, _inFlight, _switch, _noEcho, _seed,
    ];

    /// <summary>Adds all of them to a command.</summary>
    public void AddTo(Command command)
    {
        _arrivals.AcceptOnlyFromAmong("poisson", "constant");
        _userChoice.AcceptOnlyFromAmong("distinct", "zipf");
        _sources.AcceptOnlyFromAmong("all", "session", "both");
        foreach (var option in All) command.Add(option);
        command.Add(_serve);
    }

    /// <summary>Whether several catalogues are measured.</summary>
    public bool IsSweep(ParseResult words) => words.GetValue(_catalogue)!.Length > 0;

    /// <summary>The settings.</summary>
    /// <exception cref="FormatException">A value isn't right: says which.</exception>
    public BenchSettings Read(ParseResult words)
    {
        string[] servers = [.. words.GetValue(_server)!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(text => ServerAddress.Parse(text).OriginalString)];
        var catalogue = IsSweep(words) ? words.GetValue(_catalogue)! : words.GetValue(_items)!;
        var users = CountText.Parse("--users", words.GetValue(_users)!);
        if (!FieldRules.IsNamespace(words.GetValue(_namespace)!)) throw new FormatException("--namespace is at most 64 of [a-z0-9_-].");
        if (servers.Length > 0 && words.GetValue(_serve)!.Length > 0) throw new FormatException("Words after -- are for servers that are started here; --server names running ones.");
        if (servers.Length > 0 && words.GetValue(_switch)) throw new FormatException("--switch-model makes the second model with the children's store; it can't with --server.");
        if (servers.Length > 0 && words.GetValue(_sources) == "both") throw new FormatException("--sources both makes models of both kinds; it can't with --server.");
        if (IsSweep(words) && words.GetValue(_sources) == "both") throw new FormatException("--sources both goes with --items; a --catalogue is measured with one kind of model.");
        ServeCommand.Read(words.GetValue(_serve)!);
        return new BenchSettings
        {
            Servers = servers,
            ApiKey = words.GetValue(_apiKey)!,
            Namespace = words.GetValue(_namespace)!,
            Replicas = Within(_replicas, words, 1, 100),
            ServeArguments = words.GetValue(_serve)!,
            Catalogue = [.. catalogue.Split(',').Select(text => CountText.Parse(IsSweep(words) ? "--catalogue" : "--items", text.Trim()))],
            Sources = words.GetValue(_sources) is "both" ? [ModelSources.Session, ModelSources.All] : [Enum.Parse<ModelSources>(words.GetValue(_sources)!, ignoreCase: true)],
            Users = users,
            History = Within(_history, words, 0, MaxEventsPerMessage),
            Dimensions = NetworkSize.Parse(words.GetValue(_dimensions)!),
            Rate = words.GetValue(_rate) == "max" ? null : Rate(words.GetValue(_rate)!),
            P99LimitMs = Positive(_limit, words),
            StepSeconds = Positive(_step, words),
            Arrivals = Enum.Parse<ArrivalKind>(words.GetValue(_arrivals)!, ignoreCase: true),
            Seconds = Positive(_seconds, words),
            WarmUpSeconds = NotNegative(_warmUp, words),
            Mix = OperationMix.Parse(words.GetValue(_mix)!),
            Streams = Math.Min(users, Within(_streams, words, 1, 2_000)),
            Batch = Within(_batch, words, 1, MaxEventsPerMessage),
            Subscribe = words.GetValue(_subscribe) is >= 0 and <= 1 and var share ? share : throw new FormatException("--subscribe is 0 to 1."),
            PageSize = Within(_pageSize, words, 1, MaxPageSize),
            UserChoice = Enum.Parse<UserChoice>(words.GetValue(_userChoice)!, ignoreCase: true),
            ZipfExponent = NotNegative(_exponent, words),
            MaxInFlight = Within(_inFlight, words, 1, 10_000_000),
            SwitchModel = words.GetValue(_switch),
            Echo = !words.GetValue(_noEcho),
            Seed = words.GetValue(_seed),
        };
    }

    private static Option<T> New<T>(string name, string helpName, T byDefault, string description) =>
        new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => byDefault };

    private static double Rate(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && rate is > 0 and <= 10_000_000
            ? rate
            : throw new FormatException($"--rate is a number above 0 or max, not '{text}'.");

    private static int Within(Option<int> option, ParseResult words, int least, int most) => words.GetValue(option) is var value && value >= least && value <= most
        ? value
        : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {least} to {most:N0}."));

    private static double Positive(Option<double> option, ParseResult words) =>
        words.GetValue(option) is > 0 and <= 86_400 and var value ? value : throw new FormatException($"{option.Name} is above 0, at most 86,400.");

    private static double NotNegative(Option<double> option, ParseResult words) =>
        words.GetValue(option) is >= 0 and <= 86_400 and var value ? value : throw new FormatException($"{option.Name} is 0 to 86,400.");
}
