using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Recsys.Server.Hosting;
using Recsys.Server.Validation;
using Recsys.Storage;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>A command that talks to a server: opens the connection, and turns what goes wrong into one clear line and an exit code.</summary>
internal abstract class ClientCommand
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>The command ran, but not everything went well.</summary>
    public const int Failure = 1;

    /// <summary>The command could not run: bad words, a file that is missing or in use, a server that can't be reached.</summary>
    public const int Refused = 2;

    /// <summary>Interrupted.</summary>
    public const int Interrupted = 130;

    /// <summary>How to find the server.</summary>
    protected ConnectionOptions Connection { get; } = new();

    /// <summary>Builds the command line's part.</summary>
    public Command Build()
    {
        var command = Define();
        Connection.AddTo(command);
        return command;
    }

    /// <summary>The command with its own options and its action, which is <see cref="Run"/>.</summary>
    protected abstract Command Define();

    /// <summary>A part of the command, such as `keys list`.</summary>
    protected Command Part(
        string name, string description, Func<ParseResult, ServerConnection, CancellationToken, Task<int>> work, bool startsStore = false, params Option[] options)
    {
        var command = new Command(name, description);
        foreach (var option in options)
        {
            command.Add(option);
        }

        Connection.AddTo(command);
        command.SetAction((words, token) => Run(words, (server, stop) => work(words, server, stop), token, startsStore));
        return command;
    }

    /// <summary>Opens the connection and does the work.</summary>
    /// <param name="words">The command line.</param>
    /// <param name="work">The work; its result is the exit code.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="startsStore">A store's file that isn't there is made. Else it's taken for a slip of the keyboard, and refused.</param>
    protected Task<int> Run(ParseResult words, Func<ServerConnection, CancellationToken, Task<int>> work, CancellationToken cancellationToken, bool startsStore = false) =>
        Run(words, () => words, (_, server, stop) => work(server, stop), cancellationToken, startsStore);

    /// <summary>Prepares what the work needs, opens the connection and does the work.</summary>
    /// <param name="words">The command line.</param>
    /// <param name="prepare">Throws when the work can't be done, before anything is opened or made.</param>
    /// <param name="work">The work on what was prepared; its result is the exit code.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="startsStore">A store's file that isn't there is made. Else it's taken for a slip of the keyboard, and refused.</param>
    protected async Task<int> Run<T>(
        ParseResult words, Func<T> prepare, Func<T, ServerConnection, CancellationToken, Task<int>> work, CancellationToken cancellationToken, bool startsStore = false)
    {
        try
        {
            CheckConnection(words, startsStore);
            var prepared = prepare();
            await using var connection = await ServerConnection.OpenAsync(
                words.GetValue(Connection.Store)!, Connection.RedisOf(words), words.GetValue(Connection.Server)!, words.GetValue(Connection.ApiKey)!,
                words.GetValue(Connection.Namespace)!, cancellationToken);
            return await work(prepared, connection, cancellationToken);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is RpcException or OperationCanceledException)
        {
            return Interrupt();
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated && words.GetValue(Connection.ApiKey) is null or "")
        {
            return Refuse("this server needs an API key: set RECSYS_API_KEY, or say --api-key KEY");
        }
        catch (RpcException e)
        {
            return Refuse(e.Status.DebugException is { } cause ? Unreachable(words.GetValue(Connection.Server)!, cause) : Describe(e));
        }
        catch (StartupException e) when (e.InnerException is StoreInUseException)
        {
            return Refuse($"{e.Message} Say --server URL to work through the server that holds it.");
        }
        catch (StartupException e)
        {
            return Refuse(e.Message);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or StoreUnavailableException or ArgumentException or FormatException)
        {
            return Refuse(e.Message);
        }
    }

    /// <summary>Prints why the command can't go on.</summary>
    public static int Refuse(string message)
    {
        Console.Error.WriteLine($"recsys: {message}");
        return Refused;
    }

    /// <summary>Says that the command was ended by a signal.</summary>
    public static int Interrupt()
    {
        Console.Error.WriteLine("recsys: interrupted");
        return Interrupted;
    }

    /// <summary>An error of the server in words: the message and each field violation.</summary>
    public static string Describe(RpcException error)
    {
        var violations = error.GetRpcStatus()?.GetDetail<BadRequest>()?.FieldViolations;
        return violations is { Count: > 0 }
            ? string.Join("; ", violations.Select(v => $"{v.Field}: {v.Description}"))
            : error.Status.Detail;
    }

    /// <summary>What is wrong with how the command line says where to go, before anything is tried.</summary>
    private void CheckConnection(ParseResult words, bool startsStore)
    {
        var violations = new FieldViolations();
        violations.Namespace(words.GetValue(Connection.Namespace)!);
        if (violations.Any)
        {
            throw new ArgumentException($"--namespace {violations.All[0].Description}.");
        }

        if (words.GetValue(Connection.ApiKey)!.Any(c => c is <= ' ' or > '~'))
        {
            throw new ArgumentException("The API key has characters that no key has: copy it again, as `recsys keys create` printed it.");
        }

        var store = words.GetValue(Connection.Store)!;
        if (words.GetValue(Connection.Server)!.Length > 0 || Connection.RedisOf(words).Length > 0 || File.Exists(store))
        {
            return;
        }

        if (Directory.Exists(store))
        {
            throw new ArgumentException($"--db is a store's file; {store} is a folder.");
        }

        if (!startsStore)
        {
            throw new ArgumentException($"There is no store {store}. Name one by --db; recsys import and recsys demo --db make one.");
        }
    }

    private static string Unreachable(string server, Exception cause)
    {
        var root = cause.GetBaseException().Message;
        var hint = root.Contains("HTTP_1_1_REQUIRED", StringComparison.Ordinal) ? " Is this the REST port? gRPC has one of its own, 7080 by default." : "";
        return $"no connection to {(server.Length > 0 ? server : "the server")}: {root.TrimEnd('.')}.{hint}";
    }

    /// <summary>Prints a message of the contract as one line of JSON, with the protos' field names.</summary>
    protected static void PrintJson(IMessage message) => Console.WriteLine(JsonOf(message).ToJsonString());

    /// <summary>Prints an object as one line of JSON.</summary>
    protected static void PrintJson(JsonObject node) => Console.WriteLine(node.ToJsonString());

    /// <summary>A message of the contract as JSON, with the protos' field names and with zeros written out.</summary>
    protected static JsonNode JsonOf(IMessage message)
    {
        var text = new JsonFormatter(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true).WithFormatDefaultValues(true)).Format(message);
        return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = 64 })!;
    }

    /// <summary>The console for tables and progress. A pipe has 160 columns; a narrower terminal than a table bears wraps its lines, which is better than no figures.</summary>
    public static IAnsiConsole Terminal(int minWidth = 0)
    {
        var console = Screen.Output();
        console.Profile.Width = Console.IsOutputRedirected ? 160 : Math.Max(minWidth, console.Profile.Width);
        return console;
    }
}
