using System.Globalization;
using System.Text;
using Recsys.Datasets.Reading;

namespace Recsys.Datasets.Tables;

/// <summary>Turns rows into events.</summary>
/// <param name="columns">Which column holds what.</param>
/// <param name="options">Defaults.</param>
/// <param name="tag">Starts made event ids.</param>
internal sealed class EventRows(TableColumns columns, DatasetOptions options, string tag)
{
    private static readonly (ColumnField Field, DatasetEventType Type)[] Flags =
        [(ColumnField.Like, DatasetEventType.Like), (ColumnField.Dislike, DatasetEventType.Dislike), (ColumnField.Share, DatasetEventType.Share)];

    private readonly SyntheticTimes _times = new();
    private readonly long _latestMs = FieldRules.LatestTimeMs(options.Clock);

    /// <summary>Reads the row's events: its own and one for each set flag. Returns the reason where it can't be read.</summary>
    public string? TryRead(long number, string text, IRow row, List<DatasetEvent> events)
    {
        events.Clear();
        string? badType = null;
        var rating = ReadRating(row, out var ratingMax, out var badRating);
        var type = ReadType(row, rating is not null, ref badType);
        var (user, item, id) = (row.Text(columns[ColumnField.User]), row.Text(columns[ColumnField.Item]), row.Text(columns[ColumnField.EventId]));
        var session = row.Text(columns[ColumnField.Session]);
        var problem = FieldRules.CheckId("user", user)
            ?? (type == DatasetEventType.Custom ? FieldRules.CheckOptionalId("item", item) : FieldRules.CheckId("item", item))
            ?? FieldRules.CheckOptionalId("event", id) ?? FieldRules.CheckOptionalId("session", session) ?? badRating ?? badType;
        var position = Numbers.ReadLength(row, columns, ColumnField.Position, ref problem);
        var duration = Numbers.ReadLength(row, columns, ColumnField.Duration, ref problem);
        var price = Prices.Read(row, columns, ref problem);
        var details = new EventDetails(row, columns, ref problem);
        if (problem is null && type == DatasetEventType.Rating && rating is null)
            problem = "the event is a rating without a value";
        if (problem is not null || ReadTime(row, user, ref problem) is not { } timeMs)
            return problem;
        var (isRating, asWritten) = (type == DatasetEventType.Rating, columns.IsExport);
        var main = new DatasetEvent
        {
            EventId = id.Length > 0 || asWritten ? id : Fingerprint.EventId(tag, number, text),
            UserId = user,
            ItemId = item,
            Type = type,
            TimeMs = timeMs,
            SessionId = session,
            Position = type <= DatasetEventType.Play || asWritten ? position : null,
            Duration = duration > TimeSpan.Zero || asWritten ? duration : null,
            Rating = isRating ? rating : null,
            RatingMax = isRating ? ratingMax : null,
            Price = type == DatasetEventType.Purchase || asWritten ? price : null,
            CustomName = details.CustomName,
            RecommendationId = details.RecommendationId,
            ListPosition = details.ListPosition,
            Placement = details.Placement,
            Propensity = type == DatasetEventType.Impression ? details.Propensity : null,
            Context = details.Context,
        };
        events.Add(main);
        return AddFlags(row, main, events);
    }

    private string? AddFlags(IRow row, DatasetEvent main, List<DatasetEvent> events)
    {
        foreach (var (field, type) in Flags)
        {
            if (columns[field] is not { } source)
                continue;
            var text = row.Text(source);
            if (!Numbers.TryParseFlag(text, out var flag))
                return $"'{text}' in column {source.Column} is neither true nor false";
            if (flag == source.Negated || (text.Length == 0 && source.Negated) || main.Type == type)
                continue;
            var id = $"{main.EventId}-{type.ToString().ToLowerInvariant()}";
            events.Add(new DatasetEvent
            {
                EventId = Encoding.UTF8.GetByteCount(id) <= FieldRules.MaxIdBytes ? id : Fingerprint.EventId(tag, 0, id),
                UserId = main.UserId,
                ItemId = main.ItemId,
                Type = type,
                TimeMs = main.TimeMs,
                SessionId = main.SessionId,
            });
        }

        return null;
    }

    private DatasetEventType ReadType(IRow row, bool hasRating, ref string? problem)
    {
        var text = row.Text(columns[ColumnField.Type]);
        if (EventTypeNames.TryParse(text, out var type)
            && (type != DatasetEventType.Custom || options.DefaultType is null || columns[ColumnField.CustomName] is not null))
            return type;
        if (text.Length > 0 && options.DefaultType is null)
            problem ??= $"the event type '{text}' is not known";
        return options.DefaultType ?? (hasRating ? DatasetEventType.Rating : DatasetEventType.Play);
    }

    private long? ReadTime(IRow row, string user, ref string? problem)
    {
        if (columns[ColumnField.Time] is not { } source)
            return _times.Next(user);
        var text = row.Text(source);
        if (text.Length == 0)
            problem = "the time is empty";
        else if (!TimeText.TryParse(text, out var timeMs))
            problem = $"the time '{text}' is neither a Unix time nor ISO 8601";
        else if (FieldRules.CheckTime(timeMs, _latestMs) is { } outside)
            problem = outside;
        else
            return timeMs;
        return null;
    }

    private double? ReadRating(IRow row, out double max, out string? problem)
    {
        (max, problem) = (options.RatingMax, null);
        var (text, maxText) = (row.Text(columns[ColumnField.Rating]), row.Text(columns[ColumnField.RatingMax]));
        if (maxText.Length > 0 && (!Numbers.TryParse(maxText, out max) || max is not (> 0 and <= 1_000)))
            problem = $"the rating's top '{maxText}' is not a number above 0 and at most 1000";
        if (text.Length == 0)
            return null;
        if (!Numbers.TryParse(text, out var rating))
            problem ??= $"the rating '{text}' is not a number";
        else if (rating < 0 || rating > max)
            problem ??= string.Create(CultureInfo.InvariantCulture, $"the rating {text} is not from 0 to {max}");
        return rating;
    }
}
