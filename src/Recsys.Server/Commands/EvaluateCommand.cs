using System.CommandLine;
using Recsys.Server.Errors;
using Recsys.Server.Evaluation;
using Recsys.Server.Mapping;
using Recsys.Server.Models;
using Recsys.Server.Validation;
using Recsys.Serving;
using Recsys.V1;

namespace Recsys.Server.Commands;

/// <summary>`recsys evaluate`: how well held-out interactions are predicted, beside the baselines.</summary>
internal sealed class EvaluateCommand : ClientCommand
{
    private readonly Option<string> _split = new("--split")
    {
        Description = "leave-one-out (each user's last interaction) or temporal (the newest tenth of all interactions).",
        HelpName = "NAME",
        DefaultValueFactory = _ => "leave-one-out",
    };

    private readonly Option<int> _epochs = new("--epochs") { Description = "1 to 200; 0 chooses by the data's size.", HelpName = "N" };
    private readonly Option<long> _seed = new("--seed") { Description = "Seed of everything random.", HelpName = "N", DefaultValueFactory = _ => 1 };

    private readonly Option<bool?> _keepSeen = new("--keep-seen")
    {
        Description = "Let items compete that the user has already interacted with. Default: true with --test, else false.",
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "true|false",
    };

    private readonly Option<int> _maxUsers = new("--max-users") { Description = "Evaluate at most so many users; 0: all.", HelpName = "N" };

    private readonly Option<string> _users = new("--users")
    {
        Description = "Evaluate only the users of this file, an id a line; everybody is trained on.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _settings = new("--settings")
    {
        Description = "Train and measure a further model on the same split, with the trainer's settings from a JSON file; may be given several times. Without NAME= they are those of the "
            + "model itself, which all rows are compared with.",
        HelpName = "NAME=FILE",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string> _report = new("--report")
    {
        Description = "Also write the report as one HTML file that needs nothing else: table with intervals, slices, training curves.",
        HelpName = "FILE",
    };

    private readonly Option<double?> _cold = new("--cold")
    {
        Description = "Measure new items instead: this share of the items (e.g. 0.1) is removed from all that trains or counts, and recommended by attributes. Opens the store itself; goes with "
            + "--epochs, --seed and --json.",
        HelpName = "SHARE",
    };

    private readonly DatasetOptionsOnCommand _test = new(test: true);

    private readonly Option<bool?> _everyNext = new("--every-next")
    {
        Description = "With --test: predict every interaction of a user after the first; false: only the last. Default: true. "
            + "With --split temporal: predict every interaction after the moment of the split; default: only each user's first.",
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "true|false",
    };

    /// <inheritdoc/>
    protected override Command Define()
    {
        var command = new ExampledCommand(
            "evaluate",
            "Measure how well held-out interactions are predicted: trains a model of its own on the training part (the live model isn't touched), "
            + "then ranks all items for each user by that model, by the serving engine, and by simple recommenders. Each row's difference to the first has a 95 % "
            + "interval (paired bootstrap over users): one that holds 0 is no evidence of a difference. docs/evaluation.md says how to read the rest.",
            """
            recsys evaluate --db films.db
            recsys evaluate --db films.db --split temporal --json
            recsys evaluate --db films.db --split temporal --every-next
            recsys evaluate --db films.db --report films.html
            recsys evaluate --db films.db --settings wide=wide.json --settings deep=deep.json
            recsys evaluate --db films.db --settings tuned.json
            recsys evaluate --db clicks.db --test test.tsv --test-map user=SessionId,item=ItemId,time=Time
            recsys evaluate --db films.db --users some-users.txt
            recsys evaluate --keep-seen --max-users 1000
            recsys evaluate --db films.db --cold 0.1
            """);
        _split.AcceptOnlyFromAmong("leave-one-out", "temporal");
        foreach (var option in new Option[] { _split, _epochs, _seed, _keepSeen, _maxUsers, _users, _settings, _report, _cold }) command.Add(option);
        _test.AddTo(command);
        command.Add(_everyNext);
        command.SetAction((words, token) => Run(words, () => Prepare(words), (work, server, stop) => EvaluateAsync(words, work, server, stop), token));
        return command;
    }

    /// <summary>Reads what the words name, before a store is opened and a model is trained.</summary>
    private (EvaluateModelRequest Request, TestFile? Test) Prepare(ParseResult words)
    {
        CheckCold(words);
        var test = ReadTest(words);
        if (words.GetValue(_report) is { } report && Path.GetDirectoryName(Path.GetFullPath(report)) is { } folder && !Directory.Exists(folder))
            throw new ArgumentException($"--report: there is no folder {folder}.");
        var request = new EvaluateModelRequest
        {
            Namespace = words.GetValue(Connection.Namespace),
            Split = words.GetValue(_split) == "temporal" ? EvaluationSplit.Temporal : EvaluationSplit.LeaveOneOut,
            Epochs = words.GetValue(_epochs),
            Seed = words.GetValue(_seed),
            ExcludeSeen = !Flag(words, _keepSeen, absent: test is not null),
            MaxUsers = words.GetValue(_maxUsers),
            EveryNext = test is null && Flag(words, _everyNext, absent: false),
        };
        if (words.GetValue(_users) is { } users)
        {
            request.UserIds.AddRange(File.ReadLines(users).Select(line => line.Trim()).Where(line => line.Length > 0));
            if (request.UserIds.Count == 0) throw new ArgumentException($"--users: there is no id in {users}.");
        }

        var settings = words.GetValue(_settings)!.ToLookup(HasName);
        if (settings[false].Count() > 1) throw new ArgumentException("--settings without NAME= is given twice; it's for the model itself.");
        if (settings[false].Any()) request.SettingsJson = File.ReadAllText(settings[false].Single());
        request.Variants.AddRange(settings[true].Select(ReadSettings));
        return (request, test);
    }

    private void CheckCold(ParseResult words)
    {
        if (words.GetValue(_cold) is not { } share) return;
        if (!(share is > 0 and < 1)) throw new ArgumentException($"--cold is a share above 0 and below 1, not {share.ToString(System.Globalization.CultureInfo.InvariantCulture)}.");
        if (words.GetValue(Connection.Server)!.Length > 0)
            throw new ArgumentException("--cold opens the store itself: name its file by --db instead of --server, while no server holds it.");
        Option[] others = [_split, _keepSeen, _maxUsers, _users, _settings, _report, _everyNext];
        if (others.FirstOrDefault(option => words.GetResult(option) is { Implicit: false }) is { } other)
            throw new ArgumentException($"--cold is another measurement: {other.Name} doesn't go with it.");
        if (_test.Given(words)) throw new ArgumentException("--cold is another measurement: test data doesn't go with it.");
    }

    private async Task<int> EvaluateColdAsync(ParseResult words, double share, Engine engine, CancellationToken cancellationToken)
    {
        var json = words.GetValue(Connection.Json);
        var terminal = Terminal();
        var updates = engine.Models.EvaluateColdAsync(words.GetValue(Connection.Namespace)!, share, words.GetValue(_epochs), words.GetValue(_seed), cancellationToken);
        var report = await ModelTraining.FollowAsync(updates, "Evaluating", terminal, json);
        if (json) PrintJson(new System.Text.Json.Nodes.JsonObject { ["report"] = ColdTables.Json(report) });
        else ColdTables.Write(report, terminal);
        return Success;
    }

    private TestFile? ReadTest(ParseResult words)
    {
        if (!_test.Given(words))
        {
            return words.GetResult(_everyNext) is null || words.GetValue(_split) == "temporal"
                ? null
                : throw new ArgumentException("--every-next goes with --test or --split temporal.");
        }

        if (words.GetValue(Connection.Server)!.Length > 0)
            throw new ArgumentException("--test opens the store itself: name its file by --db instead of --server, while no server holds it.");
        if (words.GetResult(_split) is { Implicit: false }) throw new ArgumentException("--test holds nothing out: --split doesn't go with it.");
        return TestFile.Read(_test.Open(words), TimeProvider.System, CancellationToken.None);
    }

    private static bool HasName(string setting) => setting.Contains('=', StringComparison.Ordinal);

    private static EvaluationVariant ReadSettings(string setting) => setting.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
        ? new() { Name = setting[..at], SettingsJson = File.ReadAllText(setting[(at + 1)..]) }
        : throw new ArgumentException($"--settings is FILE or NAME=FILE, not '{setting}'.");

    /// <summary>An option that stands for true where it's given without a value.</summary>
    private static bool Flag(ParseResult words, Option<bool?> option, bool absent) => words.GetResult(option) is null ? absent : words.GetValue(option) ?? true;

    private async Task<int> EvaluateAsync(
        ParseResult words, (EvaluateModelRequest Request, TestFile? Test) work, ServerConnection server, CancellationToken cancellationToken)
    {
        var json = words.GetValue(Connection.Json);
        var terminal = Terminal();
        EvaluationReport report;
        try
        {
            if (words.GetValue(_cold) is { } share) return await EvaluateColdAsync(words, share, server.Host!.Engine, cancellationToken);
            report = work.Test is null
                ? await ModelTraining.EvaluateAsync(server, work.Request, terminal, json, cancellationToken)
                : await ModelTraining.EvaluateAsync(Updates(work.Request, work.Test, server.Host!.Engine, words, cancellationToken), terminal, json);
        }
        catch (EngineException e)
        {
            return Refuse(e.Message);
        }

        if (work.Test is { Rejected: > 0 } test) report.Notes.Add($"{test.Rejected:N0} lines or events of the test data can't be read and are left out.");
        if (json) PrintJson(new System.Text.Json.Nodes.JsonObject { ["report"] = JsonOf(report) });
        else EvaluationTables.Write(report, terminal);

        // Last, so that a file that can't be written costs nobody the figures.
        if (words.GetValue(_report) is { } file) await File.WriteAllTextAsync(file, HtmlReport.Write(report, server.Namespace), cancellationToken);
        return Success;
    }

    /// <summary>An evaluation on test data runs beside the contract, which has no room for a file.</summary>
    private async IAsyncEnumerable<EvaluateModelResponse> Updates(
        EvaluateModelRequest request, TestFile test, Engine engine, ParseResult words,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var violations = new FieldViolations();
        var options = EvaluationRequests.Read(request, violations) with
        {
            Split = Serving.Models.EvaluationSplit.Given,
            Test = test.Users,
            EveryNext = Flag(words, _everyNext, absent: true),
        };
        violations.ThrowIfAny();
        await foreach (var (progress, report) in engine.Models.EvaluateAsync(request.Namespace, options, cancellationToken))
            yield return ModelMapping.Write(progress, report);
    }
}
