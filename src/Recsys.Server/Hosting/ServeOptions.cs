using System.ComponentModel.DataAnnotations;

namespace Recsys.Server.Hosting;

/// <summary>Where the server listens and what it serves.</summary>
internal sealed record ServeOptions
{
    /// <summary>No port: don't listen there.</summary>
    public const int NoPort = -1;

    /// <summary>The store's file; created where there is none. Range: a path. Default: recsys.db in the working folder.</summary>
    [Required]
    public string Db { get; init; } = "recsys.db";

    /// <summary>The address to listen on. Any but a loopback address needs an API key first. Range: an IPv4 or IPv6 address, or localhost. Default: 127.0.0.1.</summary>
    [Required]
    public string BindAddress { get; init; } = "127.0.0.1";

    /// <summary>The port for gRPC (HTTP/2; with a certificate for everything). Range: 1 to 65,535; 0: a free one; -1: none. Default: 7080.</summary>
    [Range(NoPort, 65_535)]
    public int GrpcPort { get; init; } = 7080;

    /// <summary>The port for REST and gRPC-Web (HTTP/1.1); unused with a certificate. Range: 1 to 65,535; 0: a free one; -1: none. Default: 7081.</summary>
    [Range(NoPort, 65_535)]
    public int RestPort { get; init; } = 7081;

    /// <summary>A Unix domain socket that also serves gRPC. Range: a path of at most 100 bytes; empty: none. Default: none.</summary>
    [MaxLength(100)]
    public string UnixSocket { get; init; } = "";

    /// <summary>The TLS certificate, PEM, with its chain. Range: a file; empty: plain text. Default: plain text.</summary>
    public string TlsCertificate { get; init; } = "";

    /// <summary>The certificate's private key, PEM. Range: a file; empty: it is in the certificate's file. Default: empty.</summary>
    public string TlsKey { get; init; } = "";

    /// <summary>Listen on an address that other machines reach although there is no API key. Range: true or false. Default: false.</summary>
    public bool AllowAnonymousNetwork { get; init; }

    /// <summary>Web origins whose pages may call REST and gRPC-Web, with commas between them. Range: origins such as https://play.example, or *; empty: none. Default: none.</summary>
    public string CorsOrigins { get; init; } = "";

    /// <summary>A file to write the chosen addresses to as JSON once the server serves; deleted when it stops. Range: a path; empty: none. Default: none.</summary>
    public string ReadyFile { get; init; } = "";

    /// <summary>Serve `/metrics` for Prometheus beside REST, to everybody who reaches the port, without a key: numbers, and names of namespaces. Range: true or false. Default: false.</summary>
    public bool Metrics { get; init; }

    /// <summary>How long a stop waits for open calls before it ends them. Unit: seconds. Range: 0 to 600. Default: 20.</summary>
    [Range(0, 600)]
    public int ShutdownSeconds { get; init; } = 20;

    /// <summary>Logs only this and what is worse. Range: Trace, Debug, Information, Warning, Error, Critical, None. Default: Information.</summary>
    [EnumDataType(typeof(LogLevel))]
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>A server on free ports of the loopback interface, and quiet.</summary>
    public static ServeOptions ForLoopback(string db) => new() { Db = db, GrpcPort = 0, RestPort = 0, LogLevel = LogLevel.Warning, ShutdownSeconds = 5 };

    /// <summary>A server for one command on a store's file: reachable through a socket of its own only, and quiet.</summary>
    public static ServeOptions ForCommand(string db, string unixSocket) => new()
    {
        Db = db,
        GrpcPort = NoPort,
        RestPort = NoPort,
        UnixSocket = unixSocket,
        LogLevel = LogLevel.Warning,
        ShutdownSeconds = 5,
    };
}
