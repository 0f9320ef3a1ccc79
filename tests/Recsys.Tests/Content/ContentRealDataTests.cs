using Recsys.Content.Preprocessing;
using Recsys.Content.Preprocessing.Images;
using Recsys.Content.Preprocessing.Texts;
using Recsys.Tests.Datasets;
using Xunit.Abstractions;

namespace Recsys.Tests.Content;

/// <summary>Real covers and texts, where they are at hand.</summary>
public sealed class ContentRealDataTests(ITestOutputHelper output)
{
    [Fact]
    public void Covers_when_read_are_all_images_in_colour()
    {
        if (RealData.Find("posters/images", output) is not { } folder) return;
        var files = Directory.EnumerateFiles(folder, "*.jpg").Order(StringComparer.Ordinal).Take(150).ToList();
        Assert.NotEmpty(files);
        var (moments, column) = (new Moments(), new ColumnSettings { Name = "cover", Kind = ColumnKind.Image });
        foreach (var file in files)
        {
            foreach (var value in ImageDecoder.Decode(File.ReadAllBytes(file), column)) moments.Add(value);
        }

        output.WriteLine($"{files.Count} covers: mean {moments.Mean:0.000}, deviation {moments.DeviationOrOne:0.000}");
        Assert.InRange(moments.Mean, 0.2, 0.6);
        Assert.InRange(moments.DeviationOrOne, 0.2, 0.4);
    }

    [Fact]
    public void Texts_when_cut_into_pieces_come_back_whole_from_less_than_two_pieces_a_word()
    {
        if (RealData.Find("netflix-titles/netflix_titles.csv", output) is not { } file) return;
        string[] texts = [.. File.ReadLines(file).Take(6000).Select(line => TextCleaner.Apply(line, clean: true, lowerCase: true))];
        var training = new WordPieceTraining();
        foreach (var text in texts.Take(4500)) training.Add(text);
        var pieces = new WordPieces(training.Learn(8000, CancellationToken.None));
        var (ids, words) = (0, 0);
        foreach (var text in texts.Skip(4500))
        {
            var encoded = pieces.Encode(text, int.MaxValue);
            Assert.Equal(text, pieces.Decode(encoded));
            ids += encoded.Length;
            words += TextTokens.Of(text).Count();
        }

        output.WriteLine($"{words} words and marks in {ids} pieces: {ids / (double)words:0.00} each");
        Assert.InRange(ids / (double)words, 1, 2);
    }
}
