using System.CommandLine;
using Recsys.Datasets;

namespace Recsys.Server.Commands;

/// <summary>The options by which a command finds and reads a data set: `import` and `replay` as PATH, `evaluate` as --test, with --test-format and so on.</summary>
/// <param name="test">As --test.</param>
internal sealed class DatasetOptionsOnCommand(bool test = false)
{
    private const string Kinds = "MovieLens 100K, 1M or CSV release, benchmark sequences or pairs, CSV, TSV, JSON Lines (each also .gz), Parquet.";
    private readonly Argument<string> _path = new("PATH") { Description = $"A file or folder: {Kinds}" };

    private readonly Option<string> _test = new("--test")
    {
        Description = "Evaluate on the users (or sessions) of this file, new ones to the store, of which nothing is trained on; nothing of the store is held out. "
            + "For a store opened in this process (--db or --redis). The --test-... options read it as import's do.",
        HelpName = "FILE",
    };

    private static readonly DatasetFormat[] Formats = [.. Enum.GetValues<DatasetFormat>().Where(format => format != DatasetFormat.Demo)];

    private readonly Option<string> _format = new(test ? "--test-format" : "--format")
    {
        Description = "Auto looks at the files.",
        HelpName = string.Join('|', Formats),
        DefaultValueFactory = _ => nameof(DatasetFormat.Auto),
    };

    private readonly Option<string> _map = new(test ? "--test-map" : "--map")
    {
        Description = $"Which column holds what, e.g. user=visitorid,item=itemid,time=timestamp,type=event. Fields: {string.Join(", ", ColumnMapping.FieldNames.Keys)}.",
        HelpName = "FIELD=COLUMN,...",
        DefaultValueFactory = _ => "",
    };

    private readonly Option<string> _items = new("--items") { Description = "A second file with the items.", HelpName = "FILE" };
    private readonly Option<string> _itemMap = new("--item-map") { Description = "The mapping of the items' file.", HelpName = "FIELD=COLUMN,...", DefaultValueFactory = _ => "" };
    private readonly Option<string> _delimiter = new(test ? "--test-delimiter" : "--delimiter") { Description = "Between columns. Default: found out.", HelpName = "CHAR" };
    private readonly Option<bool?> _header = new(test ? "--test-header" : "--header") { Description = "Whether the first line names the columns. Default: found out.", HelpName = "true|false" };

    private readonly Option<string> _type = new(test ? "--test-type" : "--type")
    {
        Description = "The type of events that say none or an unknown one.",
        HelpName = string.Join('|', Enum.GetNames<DatasetEventType>()),
    };

    private readonly Option<double> _ratingMax = new(test ? "--test-rating-max" : "--rating-max") { Description = "Top of the rating scale.", HelpName = "N", DefaultValueFactory = _ => 5 };

    /// <summary>Adds all of them to a command.</summary>
    public void AddTo(Command command)
    {
        if (test) command.Add(_test);
        else command.Add(_path);
        foreach (var option in test ? [_format, _map, _delimiter, _header, _type, _ratingMax] : new Option[] { _format, _map, _items, _itemMap, _delimiter, _header, _type, _ratingMax })
        {
            command.Add(option);
        }
    }

    /// <summary>The path as given.</summary>
    public string PathOf(ParseResult words) => test ? words.GetRequiredValue(_test) : words.GetRequiredValue(_path);

    /// <summary>Whether there is one: --test may be left out, PATH not.</summary>
    public bool Given(ParseResult words) => !test || words.GetValue(_test) is not null;

    /// <summary>Opens the data set.</summary>
    /// <exception cref="ArgumentException">The words don't fit together or the files; the message says what would.</exception>
    /// <exception cref="IOException">A file is missing or can't be read.</exception>
    public IDataset Open(ParseResult words)
    {
        var delimiter = words.GetValue(_delimiter) switch
        {
            null or "" => (char?)null,
            "\\t" or "tab" => '\t',
            [var one] => one,
            var other => throw new ArgumentException($"{_delimiter.Name} is one character (or tab), not '{other}'."),
        };
        try
        {
            return Dataset.Open(PathOf(words), new DatasetOptions
            {
                Format = Named(_format, words.GetValue(_format)!, Formats),
                Mapping = ColumnMapping.Parse(words.GetValue(_map)!),
                ItemsPath = test ? null : words.GetValue(_items),
                ItemMapping = test ? ColumnMapping.Empty : ColumnMapping.Parse(words.GetValue(_itemMap)!),
                Delimiter = delimiter,
                HasHeader = words.GetValue(_header),
                DefaultType = words.GetValue(_type) is { } type ? Named(_type, type, Enum.GetValues<DatasetEventType>()) : null,
                RatingMax = words.GetValue(_ratingMax),
            });
        }
        catch (DatasetFormatException e)
        {
            throw new ArgumentException(e.Message, e);
        }
    }

    private static T Named<T>(Option option, string name, T[] values)
        where T : struct, Enum
    {
        foreach (var value in values)
        {
            if (value.ToString().Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        throw new ArgumentException($"{option.Name} is one of {string.Join(", ", values)}, not '{name}'.");
    }
}
