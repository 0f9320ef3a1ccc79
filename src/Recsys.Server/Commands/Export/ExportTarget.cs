using System.CommandLine;
using System.Globalization;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Recsys.Server.Commands.Export;

/// <summary>The options that say to which file an export goes, and in which format.</summary>
internal sealed class ExportTarget
{
    private static readonly ExportFormat[] Formats = Enum.GetValues<ExportFormat>();

    private readonly Option<string> _to = new("--to")
    {
        Description = "The file to write, or a folder (one that's there, or with / at the end) for a file named as what is exported. It appears when it's whole; one that's there is replaced.",
        HelpName = "PATH",
        Required = true,
    };

    private readonly Option<string> _format = new("--format")
    {
        Description = "Default: by the file's ending, else parquet.",
        HelpName = string.Join('|', Formats).ToLowerInvariant(),
    };

    /// <summary>For the command.</summary>
    public IReadOnlyList<Option> Options => [_to, _format];

    /// <summary>The file and its format.</summary>
    /// <param name="words">The command line.</param>
    /// <param name="what">The file's name in a folder.</param>
    /// <exception cref="ArgumentException">The format is none.</exception>
    public (string Path, ExportFormat Format) Of(ParseResult words, string what)
    {
        var path = words.GetRequiredValue(_to);
        var isFolder = Directory.Exists(path) || path.EndsWith(Path.DirectorySeparatorChar);
        var named = words.GetValue(_format);
        var ending = isFolder ? "" : Path.GetExtension(path).TrimStart('.');
        var format = Formats.FirstOrDefault(format => NameOf(format).Equals(named ?? ending, StringComparison.OrdinalIgnoreCase));
        if (named is not null && format == default)
            throw new ArgumentException($"--format is one of {string.Join(", ", Formats.Select(NameOf))}, not '{named}'.");
        if (format == default) format = ExportFormat.Parquet;
        return (isFolder ? Path.Combine(path, $"{what}.{NameOf(format)}") : path, format);
    }

    /// <summary>A format's name on the command line, which is also its file ending.</summary>
    public static string NameOf(ExportFormat format) => format.ToString().ToLowerInvariant();

    /// <summary>The moment that an option names; null: it isn't given.</summary>
    /// <exception cref="ArgumentException">It's no time.</exception>
    public static Timestamp? TimeOf(ParseResult words, Option<string> option)
    {
        if (words.GetValue(option) is not { } text) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? Timestamp.FromDateTimeOffset(time)
            : throw new ArgumentException($"{option.Name} is a time such as 2026-01-31T08:00:00Z, not '{text}'.");
    }
}
