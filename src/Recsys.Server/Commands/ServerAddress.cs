namespace Recsys.Server.Commands;

/// <summary>A running server as `--server` names it.</summary>
internal static class ServerAddress
{
    /// <summary>The URL of HOST:PORT or of a URL.</summary>
    /// <exception cref="FormatException">It's neither.</exception>
    public static Uri Parse(string text)
    {
        var address = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        return Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url is { Host.Length: > 0, UserInfo: "" }
            ? url
            : throw new FormatException($"--server is HOST:PORT or a URL such as http://127.0.0.1:7080, not '{text}'.");
    }
}
