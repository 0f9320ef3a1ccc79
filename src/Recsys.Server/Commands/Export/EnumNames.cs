using Google.Protobuf.Reflection;
using Recsys.V1;

namespace Recsys.Server.Commands.Export;

/// <summary>Enum values as in the protos, without the enum's own name: PLAY_START, FILM.</summary>
internal static class EnumNames
{
    private static readonly string[] Types = NamesOf(EventReflection.Descriptor.EnumTypes.Single(type => type.Name == "EventType"), "EVENT_TYPE_");
    private static readonly string[] Kinds = NamesOf(CommonReflection.Descriptor.EnumTypes.Single(type => type.Name == "ItemKind"), "ITEM_KIND_");

    /// <summary>The type's name.</summary>
    public static string Of(EventType type) => Types[(int)type];

    /// <summary>The kind's name.</summary>
    public static string Of(ItemKind kind) => Kinds[(int)kind];

    private static string[] NamesOf(EnumDescriptor type, string prefix) => [.. type.Values.OrderBy(value => value.Number).Select(value => value.Name[prefix.Length..])];
}
