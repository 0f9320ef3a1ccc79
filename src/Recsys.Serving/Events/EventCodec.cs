using Recsys.Inference;
using Recsys.Serving.Bytes;
using Recsys.Serving.Catalogue;
using Recsys.Storage;

namespace Recsys.Serving.Events;

/// <summary>
/// The stored form of an event, in both log streams. Version 1: version byte, type, <see cref="EventFields"/>, item number, time of receipt, event time relative to it, then
/// the fields that are there, in the order of their flags. User id, event id and item id are not repeated: the log entry and the item numbers have them.
/// </summary>
internal static class EventCodec
{
    private const byte Version = 1;

    /// <summary>Writes one payload; clears the writer first.</summary>
    public static void Encode(CompactWriter writer, WatchEvent e, uint item, long catalogueDurationMs, long receiveTimeMs)
    {
        var fields = FieldsOf(e, catalogueDurationMs);
        writer.Clear();
        writer.Byte(Version);
        writer.Byte((byte)e.Type);
        writer.Unsigned((ulong)fields);
        writer.Unsigned(item);
        writer.Signed(receiveTimeMs);
        writer.Signed(e.EventTimeMs - receiveTimeMs);
        if (fields.HasFlag(EventFields.Session)) writer.Text(e.SessionId);
        if (fields.HasFlag(EventFields.Position)) writer.Signed(e.PositionMs);
        if (fields.HasFlag(EventFields.Duration)) writer.Signed(e.DurationMs);
        if (fields.HasFlag(EventFields.CatalogueDuration)) writer.Signed(catalogueDurationMs);
        if (fields.HasFlag(EventFields.Rating)) writer.Double(e.RatingShare);
        if (fields.HasFlag(EventFields.RatingMax)) writer.Double(e.RatingMax);
        if (fields.HasFlag(EventFields.Price))
        {
            writer.Text(e.PriceCurrency);
            writer.Signed(e.PriceMicros);
        }

        if (fields.HasFlag(EventFields.CustomName)) writer.Text(e.CustomName);
        if (fields.HasFlag(EventFields.Recommendation)) writer.Text(e.RecommendationId);
        if (fields.HasFlag(EventFields.ListPosition)) writer.Signed(e.ListPosition);
        if (fields.HasFlag(EventFields.Placement)) writer.Text(e.Placement);
        if (e.Context is not null) WriteContext(writer, fields, e.Context);
        if (e.Propensity is { } propensity) writer.Double(propensity);
    }

    /// <summary>The event as the caller sent it.</summary>
    /// <exception cref="InvalidDataException">The payload is damaged, or of a later version.</exception>
    public static LoggedEvent Decode(LogEntry entry, ItemNumbers items)
    {
        var reader = new CompactReader(entry.Payload.Span);
        var (fields, e, item, receiveTime) = ReadHead(ref reader, entry, items);
        var catalogueDuration = -1L;
        if (fields.HasFlag(EventFields.Session)) e = e with { SessionId = reader.Text() };
        if (fields.HasFlag(EventFields.Position)) e = e with { PositionMs = reader.Signed() };
        if (fields.HasFlag(EventFields.Duration)) e = e with { DurationMs = reader.Signed() };
        if (fields.HasFlag(EventFields.CatalogueDuration)) catalogueDuration = reader.Signed();
        if (fields.HasFlag(EventFields.Rating)) e = e with { RatingShare = reader.Double() };
        if (fields.HasFlag(EventFields.RatingMax)) e = e with { RatingMax = reader.Double() };
        if (fields.HasFlag(EventFields.Price)) e = e with { PriceCurrency = reader.Text(), PriceMicros = reader.Signed() };
        if (fields.HasFlag(EventFields.CustomName)) e = e with { CustomName = reader.Text() };
        if (fields.HasFlag(EventFields.Recommendation)) e = e with { RecommendationId = reader.Text() };
        if (fields.HasFlag(EventFields.ListPosition)) e = e with { ListPosition = reader.Int32() };
        if (fields.HasFlag(EventFields.Placement)) e = e with { Placement = reader.Text() };
        if (fields.HasFlag(EventFields.Context)) e = e with { Context = ReadContext(ref reader, fields) };
        if (fields.HasFlag(EventFields.Propensity)) e = e with { Propensity = reader.Double() };
        reader.ExpectEnd();
        return new(e, item, catalogueDuration, receiveTime);
    }

    /// <summary>Only what a fold needs, without allocating.</summary>
    /// <exception cref="InvalidDataException">The payload is damaged, or of a later version.</exception>
    public static FoldEvent DecodeForFold(ReadOnlySpan<byte> payload)
    {
        var reader = new CompactReader(payload);
        var (type, fields) = ReadVersion(ref reader);
        var item = (uint)reader.Unsigned(uint.MaxValue, "An item number");
        var time = reader.Signed() + reader.Signed();
        var session = 0UL;
        var (position, duration, strength) = (-1L, -1L, Strength.Unknown);
        if (fields.HasFlag(EventFields.Session))
        {
            var text = reader.Take(reader.Count(int.MaxValue, 1, "A text's length"));
            session = EventIdHash.Of(text);
        }

        if (fields.HasFlag(EventFields.Position)) position = reader.Signed();
        if (fields.HasFlag(EventFields.Duration)) duration = reader.Signed();
        if (fields.HasFlag(EventFields.CatalogueDuration)) duration = Math.Max(duration, reader.Signed());
        if (fields.HasFlag(EventFields.Rating) && type == WatchEventType.Rating) strength = Strength.FromShare(reader.Double());
        return new(type, item, session, time, position, duration, strength, type == WatchEventType.Custom && IsReset(ref reader, fields));
    }

    /// <summary>Whether the name of a custom event that was read up to its price is that of a reset.</summary>
    private static bool IsReset(ref CompactReader reader, EventFields fields)
    {
        if (!fields.HasFlag(EventFields.CustomName)) return false;
        if (fields.HasFlag(EventFields.Rating)) reader.Double();
        if (fields.HasFlag(EventFields.RatingMax)) reader.Double();
        if (fields.HasFlag(EventFields.Price))
        {
            reader.Take(reader.Count(int.MaxValue, 1, "A text's length"));
            reader.Signed();
        }

        return reader.Take(reader.Count(int.MaxValue, 1, "A text's length")).SequenceEqual("recsys.reset"u8);
    }

    /// <summary>Only what joining outcomes to exposures needs, without allocating.</summary>
    /// <param name="payload">The entry's.</param>
    /// <param name="placement">The placement that is asked for, in UTF-8.</param>
    /// <exception cref="InvalidDataException">The payload is damaged, or of a later version.</exception>
    public static ListedEvent DecodeListed(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> placement)
    {
        var e = DecodeForFold(payload);
        var reader = new CompactReader(payload);
        var (_, fields) = ReadVersion(ref reader);
        SkipToList(ref reader, fields);
        var list = fields.HasFlag(EventFields.Recommendation) ? EventIdHash.Of(Text(ref reader)) : 0;
        var position = fields.HasFlag(EventFields.ListPosition) ? reader.Int32() : 0;
        var isOfPlacement = fields.HasFlag(EventFields.Placement) ? Text(ref reader).SequenceEqual(placement) : placement.IsEmpty;
        return new(e, list, position, isOfPlacement);
    }

    /// <summary>Passes over everything that is written before the list's id.</summary>
    private static void SkipToList(ref CompactReader reader, EventFields fields)
    {
        reader.Unsigned(uint.MaxValue, "An item number");
        reader.Signed();
        reader.Signed();
        if (fields.HasFlag(EventFields.Session)) Text(ref reader);
        if (fields.HasFlag(EventFields.Position)) reader.Signed();
        if (fields.HasFlag(EventFields.Duration)) reader.Signed();
        if (fields.HasFlag(EventFields.CatalogueDuration)) reader.Signed();
        if (fields.HasFlag(EventFields.Rating)) reader.Double();
        if (fields.HasFlag(EventFields.RatingMax)) reader.Double();
        if (fields.HasFlag(EventFields.Price))
        {
            Text(ref reader);
            reader.Signed();
        }

        if (fields.HasFlag(EventFields.CustomName)) Text(ref reader);
    }

    private static ReadOnlySpan<byte> Text(ref CompactReader reader) => reader.Take(reader.Count(int.MaxValue, 1, "A text's length"));

    /// <summary>Only where it happened: the context's country; empty: it has none.</summary>
    /// <param name="payload">The entry's.</param>
    /// <exception cref="InvalidDataException">The payload is damaged, or of a later version.</exception>
    public static string DecodeCountry(ReadOnlySpan<byte> payload)
    {
        var reader = new CompactReader(payload);
        var (_, fields) = ReadVersion(ref reader);
        if (!fields.HasFlag(EventFields.Country)) return "";
        SkipToList(ref reader, fields);
        if (fields.HasFlag(EventFields.Recommendation)) Text(ref reader);
        if (fields.HasFlag(EventFields.ListPosition)) reader.Int32();
        if (fields.HasFlag(EventFields.Placement)) Text(ref reader);
        if (fields.HasFlag(EventFields.UtcOffset)) reader.Int32();
        if (fields.HasFlag(EventFields.Device)) Text(ref reader);
        if (fields.HasFlag(EventFields.Locale)) Text(ref reader);
        return reader.Text();
    }

    /// <summary>Only what kind of event it is and when the server received it, Unix ms.</summary>
    /// <exception cref="InvalidDataException">The payload is damaged, or of a later version.</exception>
    public static (WatchEventType Type, long ReceiveTimeMs) DecodeReceipt(ReadOnlySpan<byte> payload)
    {
        var reader = new CompactReader(payload);
        var (type, _) = ReadVersion(ref reader);
        reader.Unsigned(uint.MaxValue, "An item number");
        return (type, reader.Signed());
    }

    private static EventFields FieldsOf(WatchEvent e, long catalogueDurationMs) =>
        When(e.SessionId.Length > 0, EventFields.Session)
        | When(e.PositionMs >= 0, EventFields.Position)
        | When(e.DurationMs >= 0, EventFields.Duration)
        | When(e.DurationMs < 0 && catalogueDurationMs > 0, EventFields.CatalogueDuration)
        | When(!double.IsNaN(e.RatingShare), EventFields.Rating)
        | When(!e.RatingMax.Equals(5), EventFields.RatingMax)
        | When(e.PriceCurrency.Length > 0 || e.PriceMicros != 0, EventFields.Price)
        | When(e.CustomName.Length > 0, EventFields.CustomName)
        | When(e.RecommendationId.Length > 0, EventFields.Recommendation)
        | When(e.ListPosition != 0, EventFields.ListPosition)
        | When(e.Placement.Length > 0, EventFields.Placement)
        | When(e.Propensity is not null, EventFields.Propensity)
        | (e.Context is null ? EventFields.None : ContextFieldsOf(e.Context));

    private static EventFields ContextFieldsOf(RequestContext context) =>
        EventFields.Context
        | When(context.UtcOffsetSeconds is not null, EventFields.UtcOffset)
        | When(context.Device.Length > 0, EventFields.Device)
        | When(context.Locale.Length > 0, EventFields.Locale)
        | When(context.Country.Length > 0, EventFields.Country)
        | When(context.Attributes.Count > 0, EventFields.Attributes);

    private static EventFields When(bool present, EventFields field) => present ? field : EventFields.None;

    private static void WriteContext(CompactWriter writer, EventFields fields, RequestContext context)
    {
        if (context.UtcOffsetSeconds is { } offset) writer.Signed(offset);
        if (fields.HasFlag(EventFields.Device)) writer.Text(context.Device);
        if (fields.HasFlag(EventFields.Locale)) writer.Text(context.Locale);
        if (fields.HasFlag(EventFields.Country)) writer.Text(context.Country);
        if (!fields.HasFlag(EventFields.Attributes)) return;
        writer.Unsigned((ulong)context.Attributes.Count);
        foreach (var (key, value) in context.Attributes)
        {
            writer.Text(key);
            writer.Text(value);
        }
    }

    private static RequestContext ReadContext(ref CompactReader reader, EventFields fields)
    {
        var context = new RequestContext();
        if (fields.HasFlag(EventFields.UtcOffset)) context = context with { UtcOffsetSeconds = reader.Int32() };
        if (fields.HasFlag(EventFields.Device)) context = context with { Device = reader.Text() };
        if (fields.HasFlag(EventFields.Locale)) context = context with { Locale = reader.Text() };
        if (fields.HasFlag(EventFields.Country)) context = context with { Country = reader.Text() };
        if (!fields.HasFlag(EventFields.Attributes)) return context;
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var count = reader.Count(100_000, 2, "The count of attributes"); count > 0; count--) attributes[reader.Text()] = reader.Text();
        return context with { Attributes = attributes };
    }

    private static (EventFields Fields, WatchEvent Event, uint Item, long ReceiveTimeMs) ReadHead(ref CompactReader reader, LogEntry entry, ItemNumbers items)
    {
        var (type, fields) = ReadVersion(ref reader);
        var item = (uint)reader.Unsigned(uint.MaxValue, "An item number");
        var receiveTime = reader.Signed();
        var e = new WatchEvent
        {
            EventId = entry.EventId,
            UserId = entry.User.UserId,
            Type = type,
            ItemId = item == 0 ? "" : IdOf(items, item),
            EventTimeMs = receiveTime + reader.Signed(),
        };
        return (fields, e, item, receiveTime);
    }

    private static string IdOf(ItemNumbers items, uint item)
    {
        try
        {
            return items.IdOf(item);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidDataException($"Nobody has item number {item}.", e);
        }
    }

    private static (WatchEventType Type, EventFields Fields) ReadVersion(ref CompactReader reader)
    {
        var version = reader.Byte();
        if (version != Version) throw new InvalidDataException($"The event has version {version}, expected {Version}.");
        var type = (WatchEventType)reader.Byte();
        if (type is < WatchEventType.PlayStart or > WatchEventType.Custom) throw new InvalidDataException($"Event type {(byte)type} is not known.");
        return (type, (EventFields)reader.Unsigned((ulong)EventFields.All, "The set of fields"));
    }
}
