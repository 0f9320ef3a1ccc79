using Google.Protobuf.WellKnownTypes;
using Recsys.Server.Validation;
using Recsys.Serving.Events;

namespace Recsys.Server.Mapping;

/// <summary>Contexts of events and requests.</summary>
internal static class ContextMapping
{
    private const int MaxOffsetSeconds = 14 * 3_600;
    private const int MaxAttributes = 20;

    /// <summary>Checks a context and maps it; field paths start with `context.`.</summary>
    public static RequestContext? Read(V1.RequestContext? context, FieldViolations violations)
    {
        if (context is null) return null;
        if (context.UtcOffset is { } offset && (Math.Abs(offset.Seconds) > MaxOffsetSeconds || (Math.Abs(offset.Seconds) == MaxOffsetSeconds && offset.Nanos != 0)))
            violations.Add("context.utc_offset", "must be -14 to +14 hours");
        violations.Text("context.device", context.Device, 64);
        violations.Locale("context.locale", context.Locale);
        violations.Country("context.country", context.Country);
        return new RequestContext
        {
            UtcOffsetSeconds = (int?)context.UtcOffset?.Seconds,
            Device = context.Device,
            Locale = context.Locale,
            Country = context.Country,
            Attributes = ReadAttributes(context.Attributes, "context.attributes", MaxAttributes, violations),
        };
    }

    /// <summary>Checks free attributes: so many, keys and values of at most 128 bytes.</summary>
    public static IReadOnlyDictionary<string, string> ReadAttributes(
        IDictionary<string, string> attributes, string field, int max, FieldViolations violations)
    {
        if (attributes.Count == 0) return System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;
        if (violations.Count(field, attributes.Count, max))
        {
            foreach (var (key, value) in attributes)
            {
                violations.Id(field, key);
                violations.Text(field, value, FieldRules.MaxIdBytes);
            }
        }

        return new Dictionary<string, string>(attributes);
    }

    public static V1.RequestContext? Write(RequestContext? context)
    {
        if (context is null) return null;
        var message = new V1.RequestContext
        {
            UtcOffset = context.UtcOffsetSeconds is { } seconds ? new Duration { Seconds = seconds } : null,
            Device = context.Device,
            Locale = context.Locale,
            Country = context.Country,
        };
        message.Attributes.Add(context.Attributes.ToDictionary());
        return message;
    }
}
