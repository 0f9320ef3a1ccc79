using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Recsys.Server.Hosting;
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

    /// <summary>Opens the connection and does the work.</summary>
    protected async Task<int> Run(ParseResult words, Func<ServerConnection, CancellationToken, Task<int>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await ServerConnection.OpenAsync(
                words.GetValue(Connection.Store)!, words.GetValue(Connection.Server)!, words.GetValue(Connection.ApiKey)!,
                words.GetValue(Connection.Namespace)!, cancellationToken);
            return await work(connection, cancellationToken);
        }
        catch (RpcException e) when (cancellationToken.IsCancellationRequested || e.StatusCode == StatusCode.Cancelled)
        {
            return Interrupted;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (RpcException e)
        {
            return Refuse(Describe(e));
        }
        catch (StartupException e) when (e.InnerException is StoreInUseException)
        {
            return Refuse($"{e.Message} Say --server URL to work through the server that holds it.");
        }
        catch (StartupException e)
        {
            return Refuse(e.Message);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or StoreUnavailableException or ArgumentException)
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

    /// <summary>An error of the server in words: the message and each field violation.</summary>
    public static string Describe(RpcException error)
    {
        if (error.StatusCode == StatusCode.Unavailable && error.GetRpcStatus() is null)
        {
            return $"the server can't be reached ({error.Status.Detail})";
        }

        var violations = error.GetRpcStatus()?.GetDetail<BadRequest>()?.FieldViolations;
        return violations is { Count: > 0 }
            ? string.Join("; ", violations.Select(v => $"{v.Field}: {v.Description}"))
            : error.Status.Detail;
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

    /// <summary>The console for tables and progress; narrow terminals and pipes get 160 columns so that tables don't wrap.</summary>
    public static IAnsiConsole Terminal()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = 160;
        }

        return console;
    }
}
