using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Recsys.Server.Bench;

/// <summary>The echo service on a free port, with the same web server and gRPC library as the real one and nothing else.</summary>
internal static class EchoHost
{
    /// <summary>Runs until cancelled.</summary>
    /// <param name="answers">What to answer with.</param>
    /// <param name="readyFile">Where to write the address, as `recsys serve --ready-file` does.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(EchoAnswers answers, string readyFile, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "recsys" });
        ListenOptions? listener = null;
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, options =>
        {
            options.Protocols = HttpProtocols.Http2;
            listener = options;
        }));
        builder.Services.AddRouting();
        builder.Services.AddSingleton(answers);
        builder.Services.AddGrpc();
        await using var app = builder.Build();
        app.UseRouting();
        app.MapGrpcService<EchoEndpoint>();
        await app.StartAsync(cancellationToken);
        await File.WriteAllTextAsync(readyFile + ".tmp", $$"""{"grpc":"http://{{listener!.IPEndPoint}}"}""", cancellationToken);
        File.Move(readyFile + ".tmp", readyFile);
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await app.StopAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
