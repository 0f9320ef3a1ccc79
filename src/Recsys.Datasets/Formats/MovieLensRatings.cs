using System.Globalization;
using Recsys.Datasets.Reading;

namespace Recsys.Datasets.Formats;

/// <summary>
/// The ratings of a MovieLens release, sorted by time in memory (24 bytes a rating: 25 million take 600 MB), because the files are by user; ties stay in
/// file order.
/// </summary>
internal sealed class MovieLensRatings
{
    public const double Max = 5;
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private readonly List<MovieLensRating> _ratings = [];
    private readonly long _latestMs;

    private MovieLensRatings(TimeProvider clock) => _latestMs = FieldRules.LatestTimeMs(clock);

    public static IEnumerable<DatasetEvent> Read(
        IReadOnlyList<string> files,
        Func<string, string[]?> split,
        string tag,
        DatasetOptions options,
        ReadProgress progress,
        CancellationToken cancellationToken)
    {
        var ratings = new MovieLensRatings(options.Clock);
        foreach (var path in files)
        {
            var file = new SourceFile(path, progress);
            foreach (var (number, text) in file.ReadText(latin1: false, cancellationToken))
            {
                if (ratings.Add(text, split, number == 1) is { } problem)
                    file.Reject(number, text, problem);
            }
        }

        ratings._ratings.Sort();
        foreach (var rating in ratings._ratings)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return ratings.ToEvent(rating, tag, options.DefaultType ?? DatasetEventType.Rating);
        }
    }

    private string? Add(string text, Func<string, string[]?> split, bool first)
    {
        if (split(text) is not { } columns)
            return "a quote isn't closed";
        if (columns.Length != 4)
            return $"expected 4 columns (user, film, rating, time), found {columns.Length}";
        if (first && columns[0] == "userId")
            return null;
        if ((FieldRules.CheckId("user", columns[0]) ?? FieldRules.CheckId("item", columns[1])) is { } problem)
            return problem;
        if (!double.TryParse(columns[2], NumberStyles.Float, CultureInfo.InvariantCulture, out var rating) || !(rating is >= 0 and <= Max))
            return $"the rating '{columns[2]}' is not a number from 0 to {Max}";
        if (!TimeText.TryParse(columns[3], out var timeMs))
            return $"the time '{columns[3]}' is not a Unix time";
        if (FieldRules.CheckTime(timeMs, _latestMs) is { } badTime)
            return badTime;
        _ratings.Add(new MovieLensRating(timeMs, _ratings.Count, Intern(columns[0]), Intern(columns[1]), (float)rating));
        return null;
    }

    private int Intern(string id)
    {
        if (_ids.TryGetValue(id, out var index))
            return index;
        _ids.Add(id, _names.Count);
        _names.Add(id);
        return _names.Count - 1;
    }

    private DatasetEvent ToEvent(MovieLensRating rating, string tag, DatasetEventType type)
    {
        var (user, item) = (_names[rating.User], _names[rating.Item]);
        var isRating = type == DatasetEventType.Rating;
        var id = string.Create(CultureInfo.InvariantCulture, $"{tag}-{user}-{item}-{rating.TimeMs / 1000}");
        return new DatasetEvent
        {
            EventId = id.Length <= FieldRules.MaxIdBytes ? id : Fingerprint.EventId(tag, rating.Order, id),
            UserId = user,
            ItemId = item,
            Type = type,
            TimeMs = rating.TimeMs,
            Rating = isRating ? rating.Rating : null,
            RatingMax = isRating ? Max : null,
        };
    }
}
