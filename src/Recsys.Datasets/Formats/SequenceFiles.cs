using Recsys.Datasets.Reading;

namespace Recsys.Datasets.Formats;

/// <summary>
/// Benchmark files of ids without times. Sequence: line n is user n's item ids in time order. Pairs: a user and an item a line. `0` is an unknown item:
/// left out, but it
/// keeps its minute, so that the times of its neighbours say that something lies between.
/// </summary>
internal static class SequenceFiles
{
    private static readonly char[] Separators = [' ', '\t'];

    public static IDataset OpenSequence(string file, DatasetOptions options)
    {
        var titles = SequenceTitles.Find(file);
        return new FileDataset
        {
            Description = $"sequences, a user a line ({Path.GetFileName(file)})",
            Format = DatasetFormat.Sequence,
            ItemFiles = titles?.Files ?? [],
            EventFiles = [file],
            HasTimes = false,
            Items = (progress, token) => titles?.Read(progress, token) ?? [],
            Events = (progress, token) => ReadSequence(new SourceFile(file, progress), options.DefaultType ?? DatasetEventType.Play, token),
        };
    }

    public static IDataset OpenPairs(string file, DatasetOptions options) => new FileDataset
    {
        Description = $"user and item pairs ({Path.GetFileName(file)})",
        Format = DatasetFormat.Pairs,
        EventFiles = [file],
        HasTimes = false,
        Events = (progress, token) => ReadPairs(new SourceFile(file, progress), options.DefaultType ?? DatasetEventType.Play, token),
    };

    public static string[] Split(string line) => line.Split(Separators, StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<DatasetEvent> ReadSequence(SourceFile file, DatasetEventType type, CancellationToken cancellationToken)
    {
        foreach (var (number, text) in file.ReadText(latin1: false, cancellationToken))
        {
            var ids = Split(text);
            if (FirstProblem(ids) is { } problem)
            {
                file.Reject(number, text, problem);
                continue;
            }

            var user = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
            for (var i = 0; i < ids.Length; i++)
            {
                if (ids[i] == "0")
                    file.CountUnknownItem();
                else
                    yield return Event($"seq-{user}-{i + 1}-{Fingerprint.Of(ids[i]):x16}", user, ids[i], type, SyntheticTimes.At(i));
            }
        }
    }

    private static string? FirstProblem(string[] ids)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            if (FieldRules.CheckId("item", ids[i]) is { } problem)
                return $"{problem} (number {i + 1} of the line)";
        }

        return null;
    }

    private static IEnumerable<DatasetEvent> ReadPairs(SourceFile file, DatasetEventType type, CancellationToken cancellationToken)
    {
        var times = new SyntheticTimes();
        foreach (var (number, text) in file.ReadText(latin1: false, cancellationToken))
        {
            var ids = Split(text);
            var problem = ids.Length == 2
                ? FieldRules.CheckId("user", ids[0]) ?? FieldRules.CheckId("item", ids[1])
                : $"expected a user id and an item id, found {ids.Length} columns";
            if (problem is not null)
            {
                file.Reject(number, text, problem);
                continue;
            }

            var time = times.Next(ids[0]);
            if (ids[1] == "0")
                file.CountUnknownItem();
            else
                yield return Event(Fingerprint.EventId("pair", number, text), ids[0], ids[1], type, time);
        }
    }

    private static DatasetEvent Event(string id, string user, string item, DatasetEventType type, long timeMs) =>
        new() { EventId = id, UserId = user, ItemId = item, Type = type, TimeMs = timeMs };
}
