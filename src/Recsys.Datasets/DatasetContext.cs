namespace Recsys.Datasets;

/// <summary>Where and how an event came about.</summary>
/// <param name="UtcOffsetSeconds">The user's offset from UTC; null: unknown.</param>
/// <param name="Device">The device; may be empty.</param>
/// <param name="Locale">BCP 47 tag; may be empty.</param>
/// <param name="Country">ISO 3166-1 alpha-2 code; may be empty.</param>
/// <param name="Attributes">Further context.</param>
public sealed record DatasetContext(int? UtcOffsetSeconds, string Device, string Locale, string Country, IReadOnlyDictionary<string, string> Attributes);
