using Google.Protobuf.Reflection;
using Microsoft.Extensions.Primitives;

namespace Recsys.Server.Validation;

/// <summary>Checks the query of a REST request against its message: a path of names, with dots between them, and the value of a field or the values of a list.</summary>
internal static class QueryFields
{
    /// <summary>The query by the names of the protos and with values in their plain form, which mean nothing where there are violations.</summary>
    /// <param name="query">As it was sent.</param>
    /// <param name="request">The message.</param>
    /// <param name="isInPath">Whether a field, by the names of the protos, is given by the URL's path.</param>
    /// <param name="violations">Receives what is wrong.</param>
    public static Dictionary<string, StringValues> Plain(
        IEnumerable<KeyValuePair<string, StringValues>> query, MessageDescriptor request, Func<string, bool> isInPath, FieldViolations violations)
    {
        var plain = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        foreach (var (name, values) in query)
        {
            if (Find(name, request, violations) is not var (path, field)) continue;
            if (isInPath(path)) violations.Add(path, "is given by the path already");
            else if (!plain.TryAdd(path, Plain(values, path, field, violations)) || (values.Count > 1 && !field.IsRepeated)) violations.Add(path, "is given twice");
        }

        return plain;
    }

    private static StringValues Plain(StringValues values, string path, FieldDescriptor field, FieldViolations violations)
    {
        var plain = new string[values.Count];
        for (var i = 0; i < plain.Length; i++)
        {
            var value = values[i] ?? "";
            if (ValueText.Plain(field, value) is { } read && (field.FieldType != FieldType.Enum || field.EnumType.FindValueByName(read) is not null)) plain[i] = read;
            else violations.Add(field.IsRepeated ? $"{path}[{i}]" : path, $"must be {ValueText.Expected(field)}, is '{Printable.Short(value)}'");
        }

        return plain;
    }

    private static (string Path, FieldDescriptor Field)? Find(string name, MessageDescriptor request, FieldViolations violations)
    {
        var (path, message) = ("", request);
        FieldDescriptor? field = null;
        foreach (var part in name.Split('.'))
        {
            if (message is null || !FieldNames.Of(message).TryGetValue(part, out field))
            {
                violations.Add(Printable.Short(name), message is null ? $"{path} has no fields" : $"'{Printable.Short(part)}' is no field of {message.FullName}");
                return null;
            }

            path = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            message = ValueText.IsObject(field) && !field.IsRepeated ? field.MessageType : null;
        }

        if (!ValueText.IsObject(field!)) return (path, field!);
        violations.Add(path, field!.IsRepeated ? "can't be given in a query" : "can't be given in a query but by its fields, as in name.field=value");
        return null;
    }
}
