using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.Net.Http.Headers;
using Recsys.Server.Errors;
using Recsys.Server.Validation;
using ErrorDetails = Google.Rpc.ErrorDetailsReflection;

namespace Recsys.Server.Hosting;

/// <summary>
/// Refuses REST bodies with fields that the contract doesn't have: the framework passes over them, and what somebody misspelt would be stored without it. Whatever else is wrong with a body the
/// framework says. Comes after routing, and after <see cref="RestLimits"/>, which has read the body.
/// </summary>
internal static class KnownFields
{
    private const int MaxReportedNameLength = 64;

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(TypeRegistry.FromFiles(ErrorDetails.Descriptor)));

    private static readonly ConcurrentDictionary<MessageDescriptor, FrozenDictionary<string, FieldDescriptor>> FieldsByName = [];

    public static async Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        var rest = context.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>();
        if (rest is not { HttpRule.Body.Length: > 0 } || Violations(context.Request, rest) is not { Any: true } violations)
        {
            await next(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(Formatter.Format(RpcErrors.BadRequest(violations)), context.RequestAborted);
    }

    private static FieldViolations? Violations(HttpRequest request, GrpcJsonTranscodingMetadata rest)
    {
        if (request.Body is not MemoryStream body || !body.TryGetBuffer(out var sent)) return null;
        var violations = new FieldViolations();
        var reader = new Utf8JsonReader(Utf8(sent, request.ContentType));
        try
        {
            if (!reader.Read()) return null;
            var input = rest.MethodDescriptor.InputType;
            if (rest.HttpRule.Body == "*") Message(ref reader, input, "", violations);
            else Value(ref reader, input.FindFieldByName(rest.HttpRule.Body), "", violations);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or a name that is no text: the framework says it better.
            return null;
        }

        return violations;
    }

    /// <summary>A message's fields by their names in the protos and by those in JSON.</summary>
    private static FrozenDictionary<string, FieldDescriptor> FieldsOf(MessageDescriptor descriptor)
    {
        var fields = new Dictionary<string, FieldDescriptor>(StringComparer.Ordinal);
        foreach (var field in descriptor.Fields.InDeclarationOrder()) fields[field.Name] = fields[field.JsonName] = field;
        return fields.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The body in UTF-8 without a byte order mark, as the framework reads it.</summary>
    private static ReadOnlySpan<byte> Utf8(ReadOnlySpan<byte> sent, string? contentType)
    {
        if (MediaTypeHeaderValue.TryParse(contentType, out var type) && type.Encoding is { } encoding && encoding.CodePage != Encoding.UTF8.CodePage)
            sent = Encoding.UTF8.GetBytes(encoding.GetString(sent));
        return sent.StartsWith(Encoding.UTF8.Preamble) ? sent[Encoding.UTF8.Preamble.Length..] : sent;
    }

    private static void Message(ref Utf8JsonReader reader, MessageDescriptor descriptor, string path, FieldViolations violations)
    {
        // The well-known types have a form of their own: a text, or whatever JSON there may be.
        if (reader.TokenType != JsonTokenType.StartObject || descriptor.File.Package == "google.protobuf")
        {
            reader.Skip();
            return;
        }

        var fields = FieldsByName.GetOrAdd(descriptor, static one => FieldsOf(one));
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (fields.TryGetValue(name, out var field))
            {
                Value(ref reader, field, path, violations);
            }
            else
            {
                violations.Add(path, -1, Printable(name), $"is no field of {descriptor.FullName}");
                reader.Skip();
            }
        }
    }

    /// <param name="reader">At the value.</param>
    /// <param name="field">The field.</param>
    /// <param name="parent">The path of the message that has it; empty: the request.</param>
    /// <param name="violations">Receives what is wrong.</param>
    private static void Value(ref Utf8JsonReader reader, FieldDescriptor field, string parent, FieldViolations violations)
    {
        if (field.FieldType != FieldType.Message)
        {
            reader.Skip();
            return;
        }

        var path = parent.Length == 0 ? field.Name : $"{parent}.{field.Name}";
        if (field.IsMap)
        {
            Map(ref reader, field.MessageType.FindFieldByNumber(2), path, violations);
        }
        else if (!field.IsRepeated || reader.TokenType != JsonTokenType.StartArray)
        {
            Message(ref reader, field.MessageType, path, violations);
        }
        else
        {
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++) Message(ref reader, field.MessageType, $"{path}[{i}]", violations);
        }
    }

    private static void Map(ref Utf8JsonReader reader, FieldDescriptor value, string path, FieldViolations violations)
    {
        if (reader.TokenType != JsonTokenType.StartObject || value.FieldType != FieldType.Message)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = reader.GetString()!;
            reader.Read();
            Message(ref reader, value.MessageType, $"{path}[{Printable(key)}]", violations);
        }
    }

    private static string Printable(string name)
    {
        var shown = name.Length <= MaxReportedNameLength ? name : name[..MaxReportedNameLength];
        return string.Concat(shown.Select(static c => c is >= ' ' and < '\x7F' ? c : '?'));
    }
}
