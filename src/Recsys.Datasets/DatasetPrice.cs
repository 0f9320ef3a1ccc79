namespace Recsys.Datasets;

/// <summary>An amount of money.</summary>
/// <param name="CurrencyCode">ISO 4217 code in capitals, e.g. "EUR".</param>
/// <param name="AmountMicros">Millionths of the currency's unit: 4.99 is 4990000.</param>
public sealed record DatasetPrice(string CurrencyCode, long AmountMicros);
