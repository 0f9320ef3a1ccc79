using System.CommandLine;
using System.Diagnostics;
using Recsys.Serving;
using Recsys.Serving.Migration;
using Recsys.Storage;

namespace Recsys.Server.Commands;

/// <summary>`recsys migrate`: a whole store from its file to Redis, or back.</summary>
internal sealed class MigrateCommand
{
    private readonly Option<string> _file = new("--db") { Description = "The embedded store to copy from. No server may hold it.", HelpName = "FILE" };

    private readonly Option<string> _toRedis = new("--to-redis")
    {
        Description = "The empty store on Redis to copy to, HOST:PORT[,HOST:PORT...]. Its password, prefix and other settings: the variables RECSYS_REDIS_... of recsys serve.",
        HelpName = "ADDRESSES",
    };

    private readonly Option<string> _fromRedis = new("--from-redis")
    {
        Description = "The store on Redis to copy from, the other way round. Stop every server on it first.",
        HelpName = "ADDRESSES",
    };

    private readonly Option<string> _toFile = new("--to-db") { Description = "The embedded store to copy to, with --from-redis; a new file.", HelpName = "FILE" };
    private readonly Option<bool> _verifyOnly = new("--verify-only") { Description = "Copy nothing: only count and compare both stores." };
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON (one object a line) instead of text for people." };

    /// <summary>Builds the command line's part.</summary>
    public Command Build()
    {
        var command = new ExampledCommand(
            "migrate",
            "Copy a store from its file to Redis: users, events, duplicate windows, item numbers, catalogue, keys, models. Stop the servers on both first; none can start on the "
            + "target before the copy is complete. Killed or interrupted, the same command goes on where it ended. At the end both stores are read whole and compared; exit code 1 "
            + "says that they differ.",
            """
            recsys migrate --db recsys.db --to-redis 10.0.0.5:6379
            recsys migrate --db recsys.db --to-redis 10.0.0.5:6379 --verify-only
            recsys migrate --from-redis 10.0.0.5:6379 --to-db copy.db
            """)
        {
            _file, _toRedis, _fromRedis, _toFile, _verifyOnly, _json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        try
        {
            var toRedis = Direction(words);
            await using var file = await MigrationSides.OpenFileAsync(words.GetValue(toRedis ? _file : _toFile)!, mustExist: toRedis, cancellationToken);
            await using var redis = await MigrationSides.OpenRedisAsync(words.GetValue(toRedis ? _toRedis : _fromRedis)!, cancellationToken);
            foreach (var warning in redis.Warnings) await Console.Error.WriteLineAsync($"recsys: {warning}");
            var (source, target) = toRedis ? (file.Side, redis.Side) : (redis.Side, file.Side);
            return await MigrateAsync(new(source, target, TimeProvider.System), source, target, words, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ClientCommand.Interrupt();
        }
        catch (StoreInUseException e)
        {
            return ClientCommand.Refuse($"{e.Message} Stop it first.");
        }
        catch (Exception e) when (e is StoreUnavailableException or EngineException)
        {
            return ClientCommand.Refuse($"{e.Message} What is copied stays; run the same command again to go on.");
        }
        catch (Exception e) when (e is MigrationException or StoreFormatException or IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or FormatException)
        {
            return ClientCommand.Refuse(e.Message);
        }
    }

    /// <summary>Whether it goes to Redis.</summary>
    private bool Direction(ParseResult words)
    {
        var (file, toRedis) = (words.GetValue(_file) is { Length: > 0 }, words.GetValue(_toRedis) is { Length: > 0 });
        var (fromRedis, toFile) = (words.GetValue(_fromRedis) is { Length: > 0 }, words.GetValue(_toFile) is { Length: > 0 });
        if (file && toRedis && !fromRedis && !toFile) return true;
        return fromRedis && toFile && !file && !toRedis
            ? false
            : throw new ArgumentException("Say either --db FILE --to-redis ADDRESSES, or --from-redis ADDRESSES --to-db FILE.");
    }

    private async Task<int> MigrateAsync(StoreMigration migration, MigrationSide source, MigrationSide target, ParseResult words, CancellationToken cancellationToken)
    {
        var screen = new MigrationScreen(migration.Counts, words.GetValue(_json));
        var clock = Stopwatch.StartNew();
        var state = MigrationState.Completed;
        if (!words.GetValue(_verifyOnly))
        {
            state = await migration.BeginAsync(cancellationToken);
            screen.Begin(state, source.Name, target.Name);
            if (state != MigrationState.Completed)
            {
                await screen.CopyAsync(migration.CopyAsync(cancellationToken));
                screen.Copied(clock.Elapsed);
            }
        }

        clock.Restart();
        var comparison = migration.VerifyAsync(cancellationToken);
        await screen.CompareAsync(comparison);
        var report = await comparison;
        if (state != MigrationState.Completed) await migration.EndAsync(report, cancellationToken);
        screen.Report(report, clock.Elapsed);
        return report.IsEqual ? ClientCommand.Success : ClientCommand.Failure;
    }
}
