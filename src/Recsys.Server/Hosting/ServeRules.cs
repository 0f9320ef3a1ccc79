using System.Net;
using Microsoft.Extensions.Options;

namespace Recsys.Server.Hosting;

/// <summary>What the attributes of <see cref="ServeOptions"/> can't say.</summary>
internal sealed class ServeRules : IValidateOptions<ServeOptions>
{
    public ValidateOptionsResult Validate(string? name, ServeOptions options)
    {
        var failures = new List<string>();
        if (!TryParseAddress(options.BindAddress, out _)) failures.Add($"BindAddress: must be an IP address or localhost, is '{options.BindAddress}'.");
        if (options.GrpcPort > 0 && options.GrpcPort == options.RestPort) failures.Add($"RestPort: must be another port than GrpcPort, both are {options.GrpcPort}.");
        if (options is { GrpcPort: ServeOptions.NoPort, RestPort: ServeOptions.NoPort, UnixSocket: "" })
            failures.Add("GrpcPort, RestPort, UnixSocket: at least one must be given.");
        if (options.TlsCertificate.Length > 0 && !File.Exists(options.TlsCertificate)) failures.Add($"TlsCertificate: there is no file {options.TlsCertificate}.");
        if (options.TlsKey.Length > 0 && !File.Exists(options.TlsKey)) failures.Add($"TlsKey: there is no file {options.TlsKey}.");
        if (options is { TlsKey.Length: > 0, TlsCertificate: "" }) failures.Add("TlsKey: needs a TlsCertificate.");
        foreach (var origin in Origins(options))
        {
            if (origin != "*" && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.PathAndQuery == "/"))
                failures.Add($"CorsOrigins: must be origins such as https://play.example, holds '{origin}'.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    public static bool TryParseAddress(string text, out IPAddress address)
    {
        if (text.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            address = IPAddress.Loopback;
            return true;
        }

        return IPAddress.TryParse(text, out address!);
    }

    public static string[] Origins(ServeOptions options) => options.CorsOrigins.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
