using System.Net;
using Recsys.Serving;

namespace Recsys.Server.Access;

/// <summary>
/// While a server asks for no key, only names of this machine are served: a web page whose own name was rebound to 127.0.0.1 reaches the port from a
/// user's browser, but can't hide its name.
/// </summary>
internal sealed class LoopbackHostFilter(Func<Engine> engine, bool networkAllowed) : IMiddleware
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (networkAllowed || engine().ApiKeys.KeysRequired || IsThisMachine(context.Request.Host.Host)) return next(context);
        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return context.Response.WriteAsync("This server asks for no API key and so serves the names localhost and loopback addresses only.\n", context.RequestAborted);
    }

    private static bool IsThisMachine(string host) =>
        host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
