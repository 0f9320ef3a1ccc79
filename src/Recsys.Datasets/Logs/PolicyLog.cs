using Recsys.Datasets.Reading;
using Recsys.Datasets.Tables;

namespace Recsys.Datasets.Logs;

/// <summary>
/// A log of what a policy showed, with its propensities and what came of it: delimited text whose first line has the columns' names (also gzip), JSON Lines, or Parquet. Unlike an import, a reading
/// ends at the first row that can't be read: an estimate from the rest would be one of another log.
/// </summary>
public sealed class PolicyLog
{
    // Squares of sums of what is divided by it are still numbers.
    private const double Least = 1e-30;

    private readonly Table _table;
    private readonly Dictionary<PolicyLogField, ColumnSource> _columns;

    private PolicyLog(Table table, Dictionary<PolicyLogField, ColumnSource> columns) => (_table, _columns) = (table, columns);

    /// <summary>The file.</summary>
    public string Path => _table.Path;

    /// <summary>Its size, for progress: compare with <see cref="ReadProgress.BytesRead"/>.</summary>
    public long Bytes => new FileInfo(Path).Length;

    /// <summary>Opens a log.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mapping">Which column holds what; columns with usual names are found.</param>
    /// <param name="needed">Fields that must have a column.</param>
    /// <param name="wanted">Fields that are read where there is one.</param>
    /// <param name="delimiter">Of delimited text; null: found out.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DatasetFormatException">A column isn't there, or it's no such file.</exception>
    public static PolicyLog Open(
        string path, PolicyLogMapping mapping, IReadOnlyCollection<PolicyLogField> needed, IReadOnlyCollection<PolicyLogField> wanted, char? delimiter = null)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no file {path}.", path);
        var columns = new Dictionary<PolicyLogField, ColumnSource>();
        var table = Table.OpenNamed(path, delimiter, names =>
        {
            foreach (var field in needed.Concat(wanted))
            {
                if (mapping.Find(field, names, path) is { } column) columns[field] = new(column);
                else if (needed.Contains(field)) throw NoField(field, names, path);
            }

            return columns.Values.Distinct();
        });
        return new(table, columns);
    }

    /// <summary>The column of a field; null: it has none.</summary>
    public string? ColumnOf(PolicyLogField field) => _columns.GetValueOrDefault(field)?.Column;

    /// <summary>Reads the rows.</summary>
    /// <exception cref="DatasetFormatException">A row can't be read: the message has the file, the line, the column and the value.</exception>
    public IEnumerable<PolicyLogRow> Read(ReadProgress progress, CancellationToken cancellationToken)
    {
        // Rejects of the layers below come through their own counts; they are looked at before a row is given on, and at the end.
        var rejected = new List<RejectedLine>();
        var watched = new ReadProgress(line => rejected.Add(line));
        var bytes = 0L;
        foreach (var (number, _, row) in _table.Read(new SourceFile(Path, watched), cancellationToken))
        {
            ThrowAt(rejected);
            progress.AddLine();
            progress.AddBytes(watched.BytesRead - bytes);
            bytes = watched.BytesRead;
            yield return RowOf(number, row);
        }

        ThrowAt(rejected);
        progress.AddBytes(watched.BytesRead - bytes);
    }

    private PolicyLogRow RowOf(long line, IRow row)
    {
        var propensity = Number(PolicyLogField.Propensity, row, line, absent: 1);
        if (!(propensity is > 0 and <= 1)) throw Wrong(PolicyLogField.Propensity, row, line, "must be above 0 and at most 1");
        var probability = Number(PolicyLogField.Probability, row, line, absent: 1);
        if (!(probability is >= 0 and <= 1)) throw Wrong(PolicyLogField.Probability, row, line, "must be 0 to 1");
        if (propensity < Least) throw Wrong(PolicyLogField.Propensity, row, line, "is too small to divide by");
        var reward = Number(PolicyLogField.Reward, row, line, absent: 0);
        if (Math.Abs(reward) > 1 / Least) throw Wrong(PolicyLogField.Reward, row, line, "is too large to be squared");
        return new(line, propensity, probability, reward, Text(PolicyLogField.Action, row, line), Text(PolicyLogField.Unit, row, line));
    }

    private double Number(PolicyLogField field, IRow row, long line, double absent)
    {
        if (!_columns.TryGetValue(field, out var source)) return absent;
        var text = row.Text(source);
        if (Numbers.TryParse(text, out var number)) return number;
        return field == PolicyLogField.Reward && text.Length > 0 && Numbers.TryParseFlag(text, out var flag)
            ? flag ? 1 : 0
            : throw Wrong(field, row, line, text.Length == 0 ? "is empty" : "is not a number");
    }

    private string Text(PolicyLogField field, IRow row, long line)
    {
        if (!_columns.TryGetValue(field, out var source)) return "";
        return row.Text(source) is { Length: > 0 } text ? text : throw Wrong(field, row, line, "is empty");
    }

    private DatasetFormatException Wrong(PolicyLogField field, IRow row, long line, string why)
    {
        var (name, column) = (field.ToString().ToLowerInvariant(), _columns[field]);
        var value = row.Text(column) is { Length: > 0 } text ? $" '{(text.Length > 40 ? $"{text[..40]}..." : text)}'" : "";
        return new($"{Path}, {(_table.Format == DatasetFormat.Parquet ? "row" : "line")} {line}, column {column.Column}: the {name}{value} {why}.");
    }

    private void ThrowAt(List<RejectedLine> rejected)
    {
        if (rejected.Count > 0)
            throw new DatasetFormatException($"{Path}, {(_table.Format == DatasetFormat.Parquet ? "row" : "line")} {rejected[0].LineNumber}: {rejected[0].Reason.TrimEnd('.')}.");
    }

    private static DatasetFormatException NoField(PolicyLogField field, IReadOnlyList<string> names, string path)
    {
        var name = field.ToString().ToLowerInvariant();
        return new($"No column of {path} holds the {name}; map one, e.g. {name}=COLUMN. Its columns are {string.Join(", ", names)}.");
    }
}
