namespace Recsys.Datasets;

/// <summary>What a column can hold. The name in a mapping is in brackets.</summary>
public enum ColumnField
{
    /// <summary>[item] Item id; required, but for CUSTOM events. Of events and items.</summary>
    Item,

    /// <summary>[user] User id; required in events, makes a file a file of events.</summary>
    User,

    /// <summary>[time] Unix seconds, milliseconds, microseconds or nanoseconds (told apart by size) or ISO 8601, without an offset UTC.</summary>
    Time,

    /// <summary>[type] Event type: see <see cref="EventTypeNames"/>.</summary>
    Type,

    /// <summary>[id] Event id.</summary>
    EventId,

    /// <summary>[session] Play session.</summary>
    Session,

    /// <summary>[position] How far the play came. A unit can follow the column's name: `position=Hours:h` (us, ms, s, min, h). Cut to 30 days.</summary>
    Position,

    /// <summary>[duration] The item's whole length; 0 is unknown. With a unit as for position. Of events and items.</summary>
    Duration,

    /// <summary>[rating] Rating.</summary>
    Rating,

    /// <summary>[rating_max] Top of the rating scale.</summary>
    RatingMax,

    /// <summary>[price] Price in the currency's unit, e.g. 4.99. Of events and items.</summary>
    Price,

    /// <summary>[currency] ISO 4217 code; USD where there is no such column.</summary>
    Currency,

    /// <summary>[like] A flag (1, true, yes): one more event, LIKE, beside the line's own. `!` before the column's name turns the flag around.</summary>
    Like,

    /// <summary>[dislike] A flag: one more event, DISLIKE.</summary>
    Dislike,

    /// <summary>[share] A flag: one more event, SHARE.</summary>
    Share,

    /// <summary>[kind] Item kind, e.g. "film", "tv show", "episode".</summary>
    Kind,

    /// <summary>[parent] The containing item's id.</summary>
    Parent,

    /// <summary>[ordinal] Place within the parent.</summary>
    Ordinal,

    /// <summary>[title] Title.</summary>
    Title,

    /// <summary>[description] Description.</summary>
    Description,

    /// <summary>[genres] Genres: a JSON array, or text separated by bars, semicolons or commas.</summary>
    Genres,

    /// <summary>[tags] Tags, as genres.</summary>
    Tags,

    /// <summary>[creators] Creators, as genres.</summary>
    Creators,

    /// <summary>[maturity_age] Age in years, 0 to 21.</summary>
    MaturityAge,

    /// <summary>[publish_time] As time, or a year.</summary>
    PublishTime,

    /// <summary>[price_micros] Price in millionths of the currency's unit; instead of price. Of events and items.</summary>
    PriceMicros,

    /// <summary>[custom_name] The name of a CUSTOM event.</summary>
    CustomName,

    /// <summary>[recommendation_id] The list in which the user met the item.</summary>
    Recommendation,

    /// <summary>[list_position] The place in that list.</summary>
    ListPosition,

    /// <summary>[placement] The placement (shelf, screen) in which it happened.</summary>
    Placement,

    /// <summary>[propensity] Of impressions: the probability with which the list put the item in its place.</summary>
    Propensity,

    /// <summary>[utc_offset_s] The user's offset from UTC in seconds.</summary>
    UtcOffset,

    /// <summary>[device] The device in the caller's own words.</summary>
    Device,

    /// <summary>[locale] BCP 47 tag.</summary>
    Locale,

    /// <summary>[country] ISO 3166-1 alpha-2 code.</summary>
    Country,

    /// <summary>[context] Further context: a JSON object of texts.</summary>
    Context,

    /// <summary>[undone] A flag: the event was taken back, and isn't read.</summary>
    Undone,

    /// <summary>[languages] Languages of the content, as genres.</summary>
    Languages,

    /// <summary>[attributes] A JSON object of texts, numbers, flags and arrays of texts.</summary>
    Attributes,

    /// <summary>[localizations] A JSON array of objects with `locale`, `title`, `description`.</summary>
    Localizations,

    /// <summary>[availability] A JSON array of objects with `countries` (an array), `start_time`, `end_time`.</summary>
    Availability,

    /// <summary>[cover_uri] Where the cover is.</summary>
    CoverUri,

    /// <summary>[hidden] A flag: kept, but in no list.</summary>
    Hidden,
}
