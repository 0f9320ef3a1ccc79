using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Recsys.Datasets.Demo;
using Recsys.Server.Hosting;
using Recsys.Serving;

namespace Recsys.Server.Commands.Drift;

/// <summary>`recsys drift`: what continuous learning is worth in a made-up world whose tastes drift.</summary>
internal sealed class DriftCommand
{
    private readonly Option<int> _days = new("--days") { Description = "2 to 120 simulated days.", HelpName = "N", DefaultValueFactory = _ => 30 };
    private readonly Option<int> _users = new("--users") { Description = "100 to 5,000 made-up users.", HelpName = "N", DefaultValueFactory = _ => 600 };
    private readonly Option<int> _every = new("--every") { Description = "Days between trainings, 1 to 30.", HelpName = "N", DefaultValueFactory = _ => 3 };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Another seed, another world.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _cold = new("--cold") { Description = "Each training begins from nothing, not from the live model's weights." };
    private readonly Option<string> _settings = new("--settings") { Description = "Trainer settings, as for recsys serve --trainer-settings.", HelpName = "FILE" };
    private readonly Option<string> _picture = new("--svg") { Description = "Write the picture to this file.", HelpName = "FILE" };
    private readonly Option<bool> _json = new("--json") { Description = "Print everything as JSON." };

    /// <summary>Builds the command line's part.</summary>
    public Command Build()
    {
        var command = new ExampledCommand(
            "drift",
            "Live a month in a made-up world whose tastes drift, twice: with continuous learning, and with the model of the first day alone. The engine, its scheduler and the trainer are the real "
            + "ones; the time is simulated, and what users play depends on their hidden taste alone.",
            """
            recsys drift
            recsys drift --svg drift.svg --json
            recsys drift --seed 2 --every 1 --cold
            """);
        foreach (var option in (Option[])[_days, _users, _every, _seed, _cold, _settings, _picture, _json]) command.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        var (days, users, every) = (words.GetValue(_days), words.GetValue(_users), words.GetValue(_every));
        if (days is < 2 or > 120) return ClientCommand.Refuse("--days is 2 to 120.");
        if (users is < 100 or > 5_000) return ClientCommand.Refuse("--users is 100 to 5,000.");
        if (every is < 1 or > 30) return ClientCommand.Refuse("--every is 1 to 30.");
        var folder = Directory.CreateTempSubdirectory("recsys-drift-").FullName;
        try
        {
            // A time of its own, so that the same words always make the same world.
            var world = new DriftWorldOptions { StartTime = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), Seed = words.GetValue(_seed), Users = users, Days = days };
            var engine = Setting.Load<EngineOptions>(setting => setting.FromEnvironment()) with
            {
                LearnCold = words.GetValue(_cold),
                LearnAfterInteractions = 0,
                TrainerSettings = words.GetValue(_settings) ?? "",
                Archive = "",
            };
            var clock = Stopwatch.StartNew();
            var on = new DriftRun(world, learns: true, every, engine, Directory.CreateDirectory(Path.Combine(folder, "on")).FullName);
            var off = new DriftRun(world, learns: false, every, engine, Directory.CreateDirectory(Path.Combine(folder, "off")).FullName);
            var isQuiet = words.GetValue(_json);
            var lives = await Task.WhenAll(Task.Run(() => on.RunAsync(Tell("on ", isQuiet), cancellationToken)), Task.Run(() => off.RunAsync(Tell("off", isQuiet), cancellationToken)));
            var result = new DriftResult(lives[0], lives[1]);
            if (words.GetValue(_picture) is { } picture) await File.WriteAllTextAsync(picture, DriftPicture.Draw(result), cancellationToken);
            if (isQuiet) Print(json => DriftJson.Write(json, result, on, off, clock.Elapsed.TotalSeconds));
            else SumUp(result, on, clock.Elapsed);
            return ClientCommand.Success;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ClientCommand.Interrupt();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or EngineException or FormatException)
        {
            return ClientCommand.Refuse(e.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Action<int, DriftDay> Tell(string which, bool isQuiet) => (day, result) =>
    {
        if (!isQuiet) Console.WriteLine($"{which} day {day + 1,3}: {result.Lists.Sum(),5} lists, play rate {result.PlayRate.ToString("P1", CultureInfo.InvariantCulture)}, {result.Model}");
    };

    private static void SumUp(DriftResult result, DriftRun on, TimeSpan elapsed)
    {
        foreach (var training in on.Trainings) Console.WriteLine(training);
        foreach (var (name, fromDay) in new[] { ("all days", 0), ("second half", result.On.Count / 2) })
        {
            var difference = result.Difference(fromDay);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: play rate {DriftResult.Rate(result.On.Skip(fromDay)):P2} with continuous learning, {DriftResult.Rate(result.Off.Skip(fromDay)):P2} without; ")
                + string.Create(CultureInfo.InvariantCulture, $"difference {difference.Mean:+0.00%;-0.00%} ({difference.Low:+0.00%;-0.00%} to {difference.High:+0.00%;-0.00%})"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:F0} s, of these {on.TrainingSeconds:F0} s of trainings with continuous learning"));
    }

    private static void Print(Action<Utf8JsonWriter> write)
    {
        using var stream = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true })) write(json);
        stream.WriteByte((byte)'\n');
    }
}
