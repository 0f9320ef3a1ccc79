using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Recsys.Serving.Lists;

namespace Recsys.Server.Hosting;

/// <summary>Ports, protocols and HTTP/2 limits.</summary>
internal static class Listening
{
    // A stream whose reader is blocked keeps its window of the connection's: 32 of them can be blocked before others on the same connection wait.
    // Both windows bound what a client can push at a server that doesn't read: 256 KiB a stream, 8 MiB a connection.
    private const int StreamWindow = 256 * 1024;
    private const int ConnectionWindow = 8 * 1024 * 1024;

    // A page token in the address of a GET, and the rest of the request beside it.
    private const int MaxRequestLine = 2 * ListRequest.MaxPageTokenBytes;

    public static void Configure(KestrelServerOptions kestrel, HostParts parts)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestLineSize = MaxRequestLine;
        var http2 = kestrel.Limits.Http2;
        http2.MaxStreamsPerConnection = parts.Streams.MaxStreamsPerConnection;
        http2.InitialStreamWindowSize = StreamWindow;
        http2.InitialConnectionWindowSize = ConnectionWindow;

        // Finds out about clients that vanished without a word, so that their streams end.
        http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);

        var serve = parts.Serve;
        if (!ServeRules.TryParseAddress(serve.BindAddress, out var address)) return; // refused by validation before the server starts
        (X509Certificate2 Leaf, X509Certificate2Collection Chain)? certificate = parts.Tls ? LoadCertificate(serve) : null;
        if (serve.GrpcPort != ServeOptions.NoPort)
        {
            kestrel.Listen(address, serve.GrpcPort, listener =>
            {
                parts.GrpcListener = listener;
                listener.Protocols = certificate is null ? HttpProtocols.Http2 : HttpProtocols.Http1AndHttp2;
                if (certificate is { } tls) listener.UseHttps(tls.Leaf, https => https.ServerCertificateChain = tls.Chain);
            });
        }

        // Without TLS there's no way to agree on a protocol, so HTTP/1.1 needs a port of its own.
        if (serve.RestPort != ServeOptions.NoPort && certificate is null)
        {
            kestrel.Listen(address, serve.RestPort, listener =>
            {
                parts.RestListener = listener;
                listener.Protocols = HttpProtocols.Http1;
            });
        }

        if (serve.UnixSocket.Length > 0) kestrel.ListenUnixSocket(serve.UnixSocket, listener => listener.Protocols = HttpProtocols.Http2);
    }

    private static (X509Certificate2 Leaf, X509Certificate2Collection Chain) LoadCertificate(ServeOptions serve)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(serve.TlsCertificate);
        return (X509Certificate2.CreateFromPemFile(serve.TlsCertificate, serve.TlsKey.Length > 0 ? serve.TlsKey : null), chain);
    }
}
