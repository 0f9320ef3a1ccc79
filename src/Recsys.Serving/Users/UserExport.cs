using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Sessions;
using Recsys.Storage;

namespace Recsys.Serving.Users;

/// <summary>Everything that is stored of a user as JSON documents that people can read: item ids instead of numbers, times as ISO 8601.</summary>
internal sealed class UserExport(IRecsysStore store, ItemNumbers items, UserDirectory directory)
{
    private const int PageSize = 1_000;

    // The documents are files and messages, never parts of a web page.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async IAsyncEnumerable<(string Kind, string Json)> RunAsync(UserKey user, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var record = await directory.LoadAsync(user, cancellationToken);
        if (record.Revision == 0) throw UserDirectory.NotFound(user.UserId);
        if (!record.Profile.IsEmpty) yield return ("profile", Encoding.UTF8.GetString(record.Profile.Span));
        if (!record.State.IsEmpty)
        {
            var state = await directory.StateAsync(user, record, cancellationToken);
            yield return ("state", Json(json => WriteState(json, record.Revision, state)));
        }

        foreach (var (stream, kind) in new[] { (LogStream.Events, "event"), (LogStream.Exposures, "exposure") })
        {
            var after = 0L;
            while (await StoreFailure.GuardAsync(() => store.ReadUserLogAsync(
                user, stream, after, PageSize, newestFirst: false, cancellationToken)) is { Count: > 0 } page)
            {
                await items.CatchUpAsync(cancellationToken);
                foreach (var entry in page) yield return (kind, Json(json => WriteEvent(json, directory.Stored(entry))));
                after = page[^1].Sequence;
            }
        }
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Time(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static void WriteText(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0) json.WriteString(name, value);
    }

    private static void WriteShare(Utf8JsonWriter json, string name, double share)
    {
        if (double.IsFinite(share)) json.WriteNumber(name, share);
    }

    private static void WriteMs(Utf8JsonWriter json, string name, long ms)
    {
        if (ms >= 0) json.WriteNumber(name, ms);
    }

    private void WriteState(Utf8JsonWriter json, long revision, SessionState state)
    {
        json.WriteNumber("revision", revision);
        json.WriteNumber("interaction_count", state.InteractionCount);
        if (!state.IsEmpty) json.WriteString("newest_event_time", Time(state.NewestEventMs));
        json.WriteStartArray("ring");
        foreach (var interaction in state.Ring)
        {
            json.WriteStartObject();
            json.WriteString("item_id", items.IdOf(interaction.Item));
            json.WriteString("kind", interaction.Kind.ToString());
            WriteShare(json, "strength", Inference.Strength.ToShare(interaction.Strength));
            json.WriteString("time", Time(interaction.TimeMs));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("open_plays");
        foreach (var play in state.OpenPlays)
        {
            json.WriteStartObject();
            json.WriteString("item_id", items.IdOf(play.Item));
            json.WriteString("start_time", Time(play.StartMs));
            json.WriteString("last_time", Time(play.LastMs));
            WriteMs(json, "position_ms", play.PositionMs);
            WriteMs(json, "duration_ms", play.DurationMs);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("older_item_ids");
        foreach (var item in state.Older.Elder.Concat(state.Older.Younger)) json.WriteStringValue(items.IdOf(item));
        json.WriteEndArray();
        json.WriteStartArray("network_states");
        foreach (var slot in state.Slots)
        {
            json.WriteStartObject();
            json.WriteString("model_fingerprint", slot.Fingerprint.ToString("x8", CultureInfo.InvariantCulture));
            json.WriteNumber("interactions_read", slot.Consumed);
            json.WriteStartArray("values");
            foreach (var value in slot.Values) json.WriteNumberValue((float)value);
            json.WriteEndArray();
            json.WriteStartArray("taste");
            foreach (var value in slot.Taste) json.WriteNumberValue(value);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteEvent(Utf8JsonWriter json, StoredEvent stored)
    {
        var e = stored.Event;
        json.WriteNumber("commit_sequence", stored.Sequence);
        json.WriteString("receive_time", Time(stored.ReceiveTimeMs));
        json.WriteBoolean("undone", stored.Undone);
        WriteText(json, "event_id", e.EventId);
        json.WriteString("type", e.Type.ToString());
        WriteText(json, "item_id", e.ItemId);
        WriteText(json, "session_id", e.SessionId);
        json.WriteString("event_time", Time(e.EventTimeMs));
        WriteMs(json, "position_ms", e.PositionMs);
        WriteMs(json, "duration_ms", e.DurationMs);
        if (e.Type == WatchEventType.Rating)
        {
            WriteShare(json, "rating", e.RatingShare * e.RatingMax);
            WriteShare(json, "rating_max", e.RatingMax);
        }

        if (e.Type == WatchEventType.Purchase && e.PriceCurrency.Length > 0)
        {
            json.WriteString("price_currency", e.PriceCurrency);
            json.WriteNumber("price_micros", e.PriceMicros);
        }

        WriteText(json, "custom_name", e.CustomName);
        WriteText(json, "recommendation_id", e.RecommendationId);
        if (e.RecommendationId.Length > 0) json.WriteNumber("list_position", e.ListPosition);
        WriteText(json, "placement", e.Placement);
        if (e.Propensity is { } propensity) json.WriteNumber("propensity", propensity);
        if (e.Context is not { } context) return;
        json.WriteStartObject("context");
        if (context.UtcOffsetSeconds is { } offset) json.WriteNumber("utc_offset_seconds", offset);
        WriteText(json, "device", context.Device);
        WriteText(json, "locale", context.Locale);
        WriteText(json, "country", context.Country);
        if (context.Attributes.Count > 0)
        {
            json.WriteStartObject("attributes");
            foreach (var (key, value) in context.Attributes) json.WriteString(key, value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
