namespace Recsys.Serving.Events;

/// <summary>Which optional fields a log payload holds. Stored: never renumber.</summary>
[Flags]
internal enum EventFields
{
    None = 0,
    Session = 1 << 0,
    Position = 1 << 1,
    Duration = 1 << 2,
    CatalogueDuration = 1 << 3,
    Rating = 1 << 4,
    RatingMax = 1 << 5,
    Price = 1 << 6,
    CustomName = 1 << 7,
    Recommendation = 1 << 8,
    ListPosition = 1 << 9,
    Placement = 1 << 10,
    Context = 1 << 11,
    UtcOffset = 1 << 12,
    Device = 1 << 13,
    Locale = 1 << 14,
    Country = 1 << 15,
    Attributes = 1 << 16,
    Propensity = 1 << 17,
    All = (1 << 18) - 1,
}
