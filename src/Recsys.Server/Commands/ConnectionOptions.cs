using System.CommandLine;

namespace Recsys.Server.Commands;

/// <summary>The options by which every client command finds its server: a store's file (opened in this process) or a running server.</summary>
internal sealed class ConnectionOptions
{
    /// <summary>The store's file.</summary>
    public Option<string> Store { get; } = new("--db")
    {
        Description = "The store's file; opened in this process, and refused while a server holds it.",
        HelpName = "FILE",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("RECSYS_DB") is { Length: > 0 } file ? file : "recsys.db",
    };

    /// <summary>The shared store.</summary>
    public Option<string> Redis { get; } = new("--redis")
    {
        Description = "A store on Redis, HOST:PORT[,HOST:PORT...]; used instead of --db. Its password and other settings: the variables RECSYS_REDIS_... of recsys serve.",
        HelpName = "ADDRESSES",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("RECSYS_REDIS") ?? "",
    };

    /// <summary>A running server.</summary>
    public Option<string> Server { get; } = new("--server")
    {
        Description = "A running server's gRPC address, HOST:PORT or a URL, e.g. 127.0.0.1:7080 or https://recsys.example; used instead of --db and --redis.",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("RECSYS_SERVER") ?? "",
    };

    /// <summary>The key for a running server.</summary>
    public Option<string> ApiKey { get; } = new("--api-key")
    {
        Description = "The API key for --server. Better given by the environment variable RECSYS_API_KEY, which other users of this machine can't see.",
        HelpName = "KEY",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("RECSYS_API_KEY") ?? "",
    };

    /// <summary>The namespace.</summary>
    public Option<string> Namespace { get; } = new("--namespace", "-n")
    {
        Description = "The namespace (a game, an app, an environment).",
        HelpName = "NAME",
        DefaultValueFactory = _ => "default",
    };

    /// <summary>Machine-readable output.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON (one object a line) instead of text for people." };

    /// <summary>The Redis that the command line or the environment names; empty: none, or --db says otherwise.</summary>
    public string RedisOf(ParseResult words) =>
        words.GetResult(Store) is { Implicit: false } && words.GetResult(Redis) is null or { Implicit: true } ? "" : words.GetValue(Redis)!;

    /// <summary>Adds all of them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(Store);
        command.Add(Redis);
        command.Add(Server);
        command.Add(ApiKey);
        command.Add(Namespace);
        command.Add(Json);
    }
}
