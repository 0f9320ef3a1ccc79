using System.Globalization;
using Recsys.Datasets.Reading;

namespace Recsys.Datasets.Tables;

/// <summary>Turns rows into items.</summary>
/// <param name="columns">Which column holds what.</param>
internal sealed class ItemRows(TableColumns columns)
{
    private static readonly Dictionary<string, DatasetItemKind> Kinds = new(StringComparer.Ordinal)
    {
        ["game"] = DatasetItemKind.Game,
        ["film"] = DatasetItemKind.Film,
        ["movie"] = DatasetItemKind.Film,
        ["series"] = DatasetItemKind.Series,
        ["show"] = DatasetItemKind.Series,
        ["tvshow"] = DatasetItemKind.Series,
        ["tvseries"] = DatasetItemKind.Series,
        ["season"] = DatasetItemKind.Season,
        ["episode"] = DatasetItemKind.Episode,
        ["video"] = DatasetItemKind.Video,
        ["short"] = DatasetItemKind.Video,
        ["song"] = DatasetItemKind.Song,
        ["track"] = DatasetItemKind.Song,
        ["level"] = DatasetItemKind.Level,
        ["good"] = DatasetItemKind.Good,
        ["other"] = DatasetItemKind.Other,
    };

    /// <summary>Reads a row; null, with the reason, where it can't be read. A kind that isn't known is OTHER.</summary>
    public DatasetItem? Read(IRow row, out string? problem)
    {
        var (id, parent) = (row.Text(columns[ColumnField.Item]), row.Text(columns[ColumnField.Parent]));
        var (title, description) = (row.Text(columns[ColumnField.Title]), row.Text(columns[ColumnField.Description]));
        problem = FieldRules.CheckId("item", id) ?? FieldRules.CheckOptionalId("parent", parent)
            ?? FieldRules.CheckText("title", title, FieldRules.MaxTitleBytes)
            ?? FieldRules.CheckText("description", description, FieldRules.MaxDescriptionBytes);
        var ordinal = ReadWhole(row, ColumnField.Ordinal, int.MaxValue, ref problem);
        var age = ReadWhole(row, ColumnField.MaturityAge, 21, ref problem);
        var published = ReadPublished(row, ref problem);
        var duration = Numbers.ReadLength(row, columns, ColumnField.Duration, ref problem);
        var price = Prices.Read(row, columns, ref problem);
        var genres = ReadEntries(row, ColumnField.Genres, ItemLists.MaxGenres, ref problem);
        var tags = ReadEntries(row, ColumnField.Tags, ItemLists.MaxTags, ref problem);
        var creators = ReadEntries(row, ColumnField.Creators, ItemLists.MaxCreators, ref problem);
        var languages = ReadEntries(row, ColumnField.Languages, ItemLists.MaxLanguages, ref problem);
        var attributes = JsonTexts.ReadAttributes(row, columns, ref problem);
        var localizations = JsonTexts.ReadLocalizations(row, columns, ref problem);
        var availability = JsonTexts.ReadAvailability(row, columns, ref problem);
        if (!Numbers.TryParseFlag(row.Text(columns[ColumnField.Hidden]), out var hidden))
            problem ??= $"'{row.Text(columns[ColumnField.Hidden])}' in column {columns[ColumnField.Hidden]!.Column} is neither true nor false";
        return problem is not null ? null : new DatasetItem
        {
            ItemId = id,
            Kind = ReadKind(row),
            ParentId = parent.Length == 0 ? null : parent,
            Ordinal = ordinal,
            Title = title,
            Description = description,
            Genres = genres,
            Tags = tags,
            Creators = creators,
            Languages = languages,
            Attributes = attributes,
            Localizations = localizations,
            Availability = availability,
            CoverUri = row.Text(columns[ColumnField.CoverUri]),
            Hidden = hidden,
            MaturityAge = age,
            PublishTime = published,
            Duration = duration > TimeSpan.Zero ? duration : null,
            Price = price,
        };
    }

    private IReadOnlyList<string> ReadEntries(IRow row, ColumnField field, int max, ref string? problem) =>
        columns.IsExport ? JsonTexts.ReadList(row, columns, field, ref problem) : row.Entries(columns[field], max);

    private DatasetItemKind ReadKind(IRow row)
    {
        var name = ColumnNames.Normalize(row.Text(columns[ColumnField.Kind]));
        return Kinds.GetValueOrDefault(name.StartsWith("itemkind", StringComparison.Ordinal) ? name[8..] : name, DatasetItemKind.Other);
    }

    private int ReadWhole(IRow row, ColumnField field, int max, ref string? problem)
    {
        var text = row.Text(columns[field]);
        if (text.Length == 0)
            return 0;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > max)
            problem ??= $"the {field.ToString().ToLowerInvariant()} '{text}' is not a whole number from 0 to {max}";
        return number;
    }

    private DateTimeOffset? ReadPublished(IRow row, ref string? problem)
    {
        var text = row.Text(columns[ColumnField.PublishTime]);
        if (text.Length == 0)
            return null;
        if (text.Length == 4 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1800 and <= 2200)
            return new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero);
        if (TimeText.TryParse(text, out var timeMs) && (columns.IsExport || Math.Abs(timeMs) < 10_000_000_000_000))
            return DateTimeOffset.FromUnixTimeMilliseconds(timeMs);
        problem ??= $"the publish time '{text}' is neither a year nor a Unix time nor ISO 8601";
        return null;
    }
}
