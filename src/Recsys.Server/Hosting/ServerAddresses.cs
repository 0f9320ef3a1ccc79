using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Recsys.Server.Hosting;

/// <summary>Where a started server really listens.</summary>
/// <param name="Grpc">gRPC over TCP; null: it doesn't.</param>
/// <param name="Rest">REST and gRPC-Web; null: it doesn't.</param>
/// <param name="UnixSocket">gRPC over a Unix domain socket; null: it doesn't.</param>
internal sealed record ServerAddresses(Uri? Grpc, Uri? Rest, string? UnixSocket)
{
    public static ServerAddresses Of(ListenOptions? grpc, ListenOptions? rest, string unixSocket, bool tls) => new(
        ToUri(grpc, tls),
        tls ? ToUri(grpc, tls) : ToUri(rest, tls),
        unixSocket.Length > 0 ? unixSocket : null);

    /// <summary>The line that says so, e.g. "grpc http://127.0.0.1:7080, rest http://127.0.0.1:7081".</summary>
    public override string ToString()
    {
        var parts = new List<string>();
        if (Grpc is not null) parts.Add($"grpc {Grpc.OriginalString}");
        if (Rest is not null) parts.Add($"rest {Rest.OriginalString}");
        if (UnixSocket is not null) parts.Add($"socket {UnixSocket}");
        return string.Join(", ", parts);
    }

    private static Uri? ToUri(ListenOptions? listener, bool tls)
    {
        if (listener?.IPEndPoint is not { } endPoint) return null;

        // "Any" is no address to connect to.
        var address = endPoint.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : endPoint.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : endPoint.Address;
        return new Uri($"{(tls ? "https" : "http")}://{new IPEndPoint(address, endPoint.Port)}");
    }
}
