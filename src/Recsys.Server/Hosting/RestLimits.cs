using System.Net;
using System.Text;
using System.Text.Unicode;
using Google.Rpc;
using Microsoft.AspNetCore.Http.Features;
using Recsys.Server.Errors;

namespace Recsys.Server.Hosting;

/// <summary>Limits of REST requests; gRPC limits its own messages, and its streams have no limit as a whole.</summary>
internal sealed class RestLimits(IHostApplicationLifetime lifetime) : IMiddleware
{
    /// <summary>The most that one message may be, REST or gRPC.</summary>
    public const int MaxMessageBytes = 4 * 1024 * 1024;

    /// <summary>The most objects in a body: three bytes can be an empty message of five hundred (see <see cref="Validation.UnpackedSize"/>).</summary>
    public const int MaxJsonObjects = 100_000;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true)
        {
            await next(context);
            return;
        }

        if (await RefuseAsync(context)) return;
        await next(context);
    }

    private async Task<bool> RefuseAsync(HttpContext context)
    {
        // Refused by its header, so that Kestrel reads the rest away and the caller sees the answer.
        if (context.Request.ContentLength > MaxMessageBytes) return await AnswerTooLargeAsync(context, $"the body is longer than {MaxMessageBytes} bytes");

        // The framework would leave such escapes as they stand, and an id would not be what was meant.
        if (!IsUtf8(context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? ""))
        {
            return await AnswerAsync(
                context, StatusCodes.Status400BadRequest, Code.InvalidArgument, RpcErrors.MalformedMessage, "the escapes of the URL must be valid UTF-8");
        }

        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true }) return false;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaxMessageBytes;
        var body = new MemoryStream((int)(context.Request.ContentLength ?? 0));

        // A client that dawdles over its body must not hold up a stop, and nothing of its call has been done yet.
        await using var ending = lifetime.ApplicationStopping.Register(context.Abort);
        try
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        }
        catch (BadHttpRequestException exception)
        {
            return exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? await AnswerTooLargeAsync(context, $"the body is longer than {MaxMessageBytes} bytes")
                : await AnswerAsync(context, exception.StatusCode, Code.InvalidArgument, RpcErrors.MalformedMessage, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return true; // the client went away while it sent, or the server stops: there is nobody to answer
        }

        // Braces within strings count too, so that no encoding and no trick with quotes hides one.
        if (body.GetBuffer().AsSpan(0, (int)body.Length).Count((byte)'{') > MaxJsonObjects)
            return await AnswerTooLargeAsync(context, $"the body holds more than {MaxJsonObjects} JSON objects: send them in several requests");
        body.Position = 0;
        context.Request.Body = body;
        return false;
    }

    private static bool IsUtf8(string target)
    {
        if (!target.Contains('%', StringComparison.Ordinal)) return true;
        var bytes = Encoding.UTF8.GetBytes(target);
        return Utf8.IsValid(WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length));
    }

    private static Task<bool> AnswerTooLargeAsync(HttpContext context, string message) =>
        AnswerAsync(context, StatusCodes.Status413PayloadTooLarge, Code.ResourceExhausted, RpcErrors.MessageTooLarge, message);

    private static async Task<bool> AnswerAsync(HttpContext context, int httpStatus, Code code, string reason, string message)
    {
        context.Response.StatusCode = httpStatus;
        var info = new Dictionary<string, string> { ["@type"] = "type.googleapis.com/google.rpc.ErrorInfo", ["reason"] = reason, ["domain"] = RpcErrors.Domain };
        await context.Response.WriteAsJsonAsync(new { code = (int)code, message, details = new[] { info } }, context.RequestAborted);
        return true;
    }
}
