using System.Globalization;

namespace Recsys.Datasets.Tables;

/// <summary>Prices of rows.</summary>
internal static class Prices
{
    private const decimal Most = 1_000_000_000;

    /// <summary>The row's price; null where it has none, or where it can't be read (then <paramref name="problem"/> says why, if nothing was wrong
    /// before).</summary>
    public static DatasetPrice? Read(IRow row, TableColumns columns, ref string? problem)
    {
        var (text, micros) = (row.Text(columns[ColumnField.Price]), row.Text(columns[ColumnField.PriceMicros]));
        if (text.Length + micros.Length == 0)
            return null;
        var currency = row.Text(columns[ColumnField.Currency]).ToUpperInvariant();
        if (currency.Length == 0)
            currency = "USD";
        var whole = 0L;
        if (micros.Length > 0 && (!long.TryParse(micros, NumberStyles.None, CultureInfo.InvariantCulture, out whole) || whole < 0))
            problem ??= $"the price '{micros}' is not a whole number of millionths";
        else if (micros.Length > 0)
            return new DatasetPrice(currency, whole);
        else if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) || amount is < 0 or > Most)
            problem ??= $"the price '{text}' is not a number from 0 to {Most}";
        else if (currency.Length != 3 || !currency.All(char.IsAsciiLetterUpper))
            problem ??= $"the currency '{currency}' is not an ISO 4217 code";
        else
            return new DatasetPrice(currency, (long)decimal.Round(amount * 1_000_000));
        return null;
    }
}
