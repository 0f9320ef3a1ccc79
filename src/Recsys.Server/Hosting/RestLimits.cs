using System.Net;
using System.Text;
using System.Text.Unicode;
using Google.Rpc;
using Microsoft.AspNetCore.Http.Features;

namespace Recsys.Server.Hosting;

/// <summary>Limits of REST requests; gRPC limits its own messages, and its streams have no limit as a whole.</summary>
internal sealed class RestLimits : IMiddleware
{
    /// <summary>The most that one message may be, REST or gRPC.</summary>
    public const int MaxMessageBytes = 4 * 1024 * 1024;

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true) return next(context);

        // Refused by its header, so that Kestrel reads the rest away and the caller sees the answer.
        if (context.Request.ContentLength > MaxMessageBytes)
            return RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, Code.ResourceExhausted, $"the body is longer than {MaxMessageBytes} bytes");

        // The framework would leave such escapes as they stand, and an id would not be what was meant.
        if (!IsUtf8(context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? ""))
            return RefuseAsync(context, StatusCodes.Status400BadRequest, Code.InvalidArgument, "the escapes of the URL must be valid UTF-8");

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaxMessageBytes;
        return next(context);
    }

    private static bool IsUtf8(string target)
    {
        if (!target.Contains('%', StringComparison.Ordinal)) return true;
        var bytes = Encoding.UTF8.GetBytes(target);
        return Utf8.IsValid(WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length));
    }

    private static Task RefuseAsync(HttpContext context, int httpStatus, Code code, string message)
    {
        context.Response.StatusCode = httpStatus;
        return context.Response.WriteAsJsonAsync(new { code = (int)code, message, details = Array.Empty<object>() }, context.RequestAborted);
    }
}
