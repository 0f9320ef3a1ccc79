using System.Text;
using CsCheck;
using Recsys.Datasets;
using Recsys.Datasets.Reading;

namespace Recsys.Tests.Datasets;

public sealed class LineReaderTests : IDisposable
{
    private readonly DatasetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_come_out_as_they_went_in_whatever_their_ends()
    {
        var line = Gen.Char["abcä"].Array[0, 40].Select(c => new string(c));
        Gen.Select(line.Array[1, 30], Gen.Bool, Gen.Bool, Gen.Bool).Sample((lines, windows, mark, compressed) =>
        {
            var text = (mark ? "\uFEFF" : "") + string.Concat(lines.Select(l => l + (windows ? "\r\n" : "\n")));
            var file = compressed ? _folder.Gzip("lines.gz", text) : _folder.File("lines", text);
            Assert.Equal(lines, ReadAll(file, new ReadProgress()));
        }, iter: 200, threads: 1);
    }

    [Fact]
    public void A_line_longer_than_the_buffer_is_read_and_one_over_the_limit_is_marked()
    {
        var progress = new ReadProgress();
        var fits = new string('a', LineReader.MaxBytes);
        var file = _folder.File("long", $"x\n{fits}\n{fits}b\nlast");
        using var reader = new LineReader(file, progress);

        var found = new List<(long, int, bool)>();
        while (reader.TryRead(out var line))
            found.Add((line.Number, line.Bytes.Length, line.TooLong));

        Assert.Equal([(1, 1, false), (2, LineReader.MaxBytes, false), (3, LineReader.MaxBytes, true), (4, 4, false)], found);
        Assert.Equal((new FileInfo(file).Length, 4L), (progress.BytesRead, progress.LinesRead));
    }

    [Fact]
    public void A_damaged_archive_gives_the_lines_before_the_damage_and_one_reject()
    {
        var random = new Random(5);
        var path = _folder.Gzip("a.gz", string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{i} {random.Next()}\n")));
        var bytes = File.ReadAllBytes(path);
        Array.Fill(bytes, (byte)0xff, bytes.Length / 2, 2_000);
        File.WriteAllBytes(path, bytes);
        var rejected = new List<RejectedLine>();

        var lines = ReadAll(path, new ReadProgress(rejected.Add));

        Assert.InRange(lines.Count, 1_000, 49_999);
        Assert.StartsWith("0 ", lines[0], StringComparison.Ordinal);
        Assert.Contains("damaged", Assert.Single(rejected).Reason, StringComparison.Ordinal);
    }

    private static List<string> ReadAll(string file, ReadProgress progress)
    {
        using var reader = new LineReader(file, progress);
        var lines = new List<string>();
        while (reader.TryRead(out var line))
            lines.Add(Encoding.UTF8.GetString(line.Bytes.Span));
        return lines;
    }
}
