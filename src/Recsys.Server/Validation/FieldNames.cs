using System.Collections.Concurrent;
using System.Collections.Frozen;
using Google.Protobuf.Reflection;

namespace Recsys.Server.Validation;

/// <summary>A message's fields by their names in the protos and by those in JSON.</summary>
internal static class FieldNames
{
    private static readonly ConcurrentDictionary<MessageDescriptor, FrozenDictionary<string, FieldDescriptor>> ByMessage = [];

    public static FrozenDictionary<string, FieldDescriptor> Of(MessageDescriptor descriptor) => ByMessage.GetOrAdd(descriptor, static message =>
    {
        var fields = new Dictionary<string, FieldDescriptor>(StringComparer.Ordinal);
        foreach (var field in message.Fields.InDeclarationOrder()) fields[field.Name] = fields[field.JsonName] = field;
        return fields.ToFrozenDictionary(StringComparer.Ordinal);
    });
}
