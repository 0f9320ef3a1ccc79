using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.Net.Http.Headers;
using Recsys.Server.Errors;
using Recsys.Server.Validation;
using ErrorDetails = Google.Rpc.ErrorDetailsReflection;
using RpcStatus = Google.Rpc.Status;

namespace Recsys.Server.Hosting;

/// <summary>
/// Checks the bodies and queries of REST requests before the framework reads them, and puts them in the form that it reads: it passes over what somebody misspelt, and what is of a wrong
/// type it refuses without the field. Comes after routing, and after <see cref="RestLimits"/>, which has read the body.
/// </summary>
internal static class RestRequests
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(TypeRegistry.FromFiles(ErrorDetails.Descriptor)));

    public static async Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        var rest = context.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>();
        if (rest is null || Refusal(context.Request, rest) is not { } refusal)
        {
            await next(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(Formatter.Format(refusal), context.RequestAborted);
    }

    private static RpcStatus? Refusal(HttpRequest request, GrpcJsonTranscodingMetadata rest)
    {
        var violations = new FieldViolations();
        var input = rest.MethodDescriptor.InputType;
        try
        {
            // In the contract a body is always the whole request ("*"), of which the framework takes nothing from the query then.
            if (rest.HttpRule.Body.Length == 0)
            {
                if (request.Query.Count > 0) request.Query = new QueryCollection(QueryFields.Plain(request.Query, input, request.RouteValues.ContainsKey, violations));
            }
            else
            {
                foreach (var name in request.Query.Keys) violations.Add(Printable.Short(name), "can't be given in the query: of this call the body is the whole request");
                ReadBody(request, input, violations);
            }
        }
        catch (JsonException exception)
        {
            return RpcErrors.Malformed($"the body is no {input.FullName} in JSON: {exception.Message}");
        }

        return violations.Any ? RpcErrors.BadRequest(violations) : null;
    }

    private static void ReadBody(HttpRequest request, MessageDescriptor input, FieldViolations violations)
    {
        if (request.Body is not MemoryStream body || !body.TryGetBuffer(out var sent)) return;
        var json = sent.AsSpan();
        var encoding = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.Encoding is { } named && named.CodePage != Encoding.UTF8.CodePage ? named : null;
        if (encoding is not null) json = Encoding.UTF8.GetBytes(encoding.GetString(json));
        if (json.StartsWith(Encoding.UTF8.Preamble)) json = json[Encoding.UTF8.Preamble.Length..];
        var plain = ProtoJson.Plain(json, input, "", violations);
        request.Body = new MemoryStream(encoding is null ? plain : Encoding.Convert(Encoding.UTF8, encoding, plain));
        request.ContentLength = request.Body.Length;
    }
}
