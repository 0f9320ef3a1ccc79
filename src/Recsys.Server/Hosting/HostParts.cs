using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Recsys.Serving;
using Recsys.Storage;

namespace Recsys.Server.Hosting;

/// <summary>What a host is made of; store and engine are opened between building and starting it.</summary>
internal sealed class HostParts(ServeOptions serve, RedisOptions redis, StreamOptions streams, EngineOptions engine, bool ownerOnly = false)
{
    /// <summary>True: the process that started the server is its only client, through a socket in a folder that nobody else can enter; it owns the store's file and
    /// needs no key.</summary>
    public bool OwnerOnly => ownerOnly;

    public ServeOptions Serve => serve;

    public RedisOptions Redis => redis;

    /// <summary>The same, with how long the start waits for it: a command's user wouldn't.</summary>
    public RedisOptions RedisToWaitFor => ownerOnly ? redis with { RedisWaitSeconds = 0 } : redis;

    public StreamOptions Streams => streams;

    public EngineOptions Engine => engine;

    public IRecsysStore? Store { get; set; }

    public Engine? Opened { get; set; }

    /// <summary>Where copies of artefacts lie that are deleted with the host; null: artefacts lie elsewhere.</summary>
    public string? TemporaryModelFolder { get; set; }

    public ListenOptions? GrpcListener { get; set; }

    public ListenOptions? RestListener { get; set; }

    /// <summary>True: other machines can't reach it.</summary>
    public bool IsLoopback => ServeRules.TryParseAddress(serve.BindAddress, out var address) && IPAddress.IsLoopback(address);

    public bool Tls => serve.TlsCertificate.Length > 0;

    public ServerAddresses Addresses() => ServerAddresses.Of(GrpcListener, RestListener, serve.UnixSocket, Tls);
}
