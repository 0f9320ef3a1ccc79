using System.Globalization;
using System.Numerics;
using System.Text;
using Parquet;
using Parquet.Schema;

namespace Recsys.Datasets.Tables;

/// <summary>Reads a column of a row group as texts: numbers as they are written in invariant culture, times as ISO 8601, missing values as empty text.</summary>
internal static class ParquetTexts
{
    /// <summary>The text of each row by its place in the group; made when it's asked for.</summary>
    /// <exception cref="NotSupportedException">The column has a type that no text is known for.</exception>
    public static async ValueTask<Func<int, string>> ReadAsync(ParquetRowGroupReader rows, DataField field, CancellationToken cancellationToken)
    {
        var culture = CultureInfo.InvariantCulture;
        var type = field.ClrType;
        if (type == typeof(string) || type == typeof(ReadOnlyMemory<char>))
        {
            var values = new string?[rows.RowCount];
            await rows.ReadAsync(field, values, cancellationToken: cancellationToken);
            return row => values[row] ?? "";
        }

        if (type == typeof(byte[]) || type == typeof(ReadOnlyMemory<byte>))
        {
            var values = new byte[]?[rows.RowCount];
            await rows.ReadAsync(field, values!, cancellationToken: cancellationToken);
            return row => values[row] is { } bytes ? Encoding.UTF8.GetString(bytes) : "";
        }

        if (type == typeof(long)) return await TypedAsync<long>(value => value.ToString(culture));
        if (type == typeof(int)) return await TypedAsync<int>(value => value.ToString(culture));
        if (type == typeof(double)) return await TypedAsync<double>(value => double.IsNaN(value) ? "" : value.ToString(culture));
        if (type == typeof(float)) return await TypedAsync<float>(value => float.IsNaN(value) ? "" : value.ToString(culture));
        if (type == typeof(bool)) return await TypedAsync<bool>(value => value ? "true" : "false");
        if (type == typeof(DateTime)) return await TypedAsync<DateTime>(Time);
        if (type == typeof(DateOnly)) return await TypedAsync<DateOnly>(value => value.ToString("yyyy-MM-dd", culture));
        if (type == typeof(TimeSpan)) return await TypedAsync<TimeSpan>(value => value.ToString("c", culture));
        if (type == typeof(TimeOnly)) return await TypedAsync<TimeOnly>(value => value.ToTimeSpan().ToString("c", culture));
        if (type == typeof(decimal)) return await TypedAsync<decimal>(value => value.ToString(culture));
        if (type == typeof(ulong)) return await TypedAsync<ulong>(value => value.ToString(culture));
        if (type == typeof(uint)) return await TypedAsync<uint>(value => value.ToString(culture));
        if (type == typeof(short)) return await TypedAsync<short>(value => value.ToString(culture));
        if (type == typeof(ushort)) return await TypedAsync<ushort>(value => value.ToString(culture));
        if (type == typeof(sbyte)) return await TypedAsync<sbyte>(value => value.ToString(culture));
        if (type == typeof(byte)) return await TypedAsync<byte>(value => value.ToString(culture));
        if (type == typeof(Guid)) return await TypedAsync<Guid>(value => value.ToString());
        if (type == typeof(BigInteger)) return await TypedAsync<BigInteger>(value => value.ToString(culture));
        throw new NotSupportedException($"column {field.Name} has type {type.Name}");

        async ValueTask<Func<int, string>> TypedAsync<T>(Func<T, string> text)
            where T : struct
        {
            if (!field.IsNullable)
            {
                var values = new T[rows.RowCount];
                await rows.ReadAsync<T>(field, values, cancellationToken: cancellationToken);
                return row => text(values[row]);
            }

            var optional = new T?[rows.RowCount];
            await rows.ReadAsync<T>(field, optional, cancellationToken: cancellationToken);
            return row => optional[row] is { } value ? text(value) : "";
        }
    }

    // Of UTC, as far as the file says: data frames without a time zone mean it, too.
    private static string Time(DateTime value) =>
        DateTime.SpecifyKind(value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : value, DateTimeKind.Utc).ToString("O", CultureInfo.InvariantCulture);
}
