using Recsys.Content.Examples;
using Recsys.Content.Preprocessing.Texts;

namespace Recsys.Content.Preprocessing;

/// <summary>The texts of a text network, joined: word pieces for the LSTM, words and pairs for the wide way.</summary>
internal sealed class PiecesColumns(FittedPreprocessing fitted)
{
    // Cleaned texts have none: the last word of a text and the first of the next are no pair.
    private const char Parting = '\n';

    private readonly WordPieces _pieces = new(fitted.Pieces!);
    private readonly WordWeights? _words = fitted.Words is { } words ? new(words) : null;

    /// <summary>The ids of all texts, one between two of them, at least one in all; texts that aren't there are empty.</summary>
    internal NetworkInput Encode(IReadOnlyDictionary<string, ExampleValue> values)
    {
        var (ids, texts) = (new List<int>(), new List<string>(fitted.Columns.Count));
        foreach (var column in fitted.Columns)
        {
            var text = WordsColumn.Cleaned(values.GetValueOrDefault(column.Settings.Name), column.Settings);
            if (texts.Count > 0) ids.Add(WordPieceVocabulary.Between);
            texts.Add(text);
            ids.AddRange(_pieces.Encode(text, column.Settings.MaxLength));
        }

        if (ids.Count == 0) ids.Add(WordPieceVocabulary.Nothing);
        return new() { Ids = [.. ids], Features = _words?.Of(string.Join(Parting, texts)) ?? SparseVector.Empty };
    }

    /// <summary>Learns the pieces, and the words where there's a wide way.</summary>
    internal static FittedPreprocessing Fit(IReadOnlyList<ColumnSettings> columns, bool isWide, TrainingPart part, CancellationToken cancellation)
    {
        var (pieces, words) = (new WordPieceTraining(), new WordFit());
        foreach (var example in part.Examples)
        {
            cancellation.ThrowIfCancellationRequested();
            string[] texts = [.. columns.Select(column => WordsColumn.Cleaned(example.Values.GetValueOrDefault(column.Name), column))];
            foreach (var text in texts) pieces.Add(text);
            if (isWide) words.Add(string.Join(Parting, texts));
        }

        var size = columns.Max(column => column.VocabularyOrDefault);
        return new()
        {
            Columns = [.. columns.Select(column => new FittedColumn { Settings = column })],
            Pieces = pieces.Learn(size, cancellation),
            Words = isWide ? words.Learn(size) : null,
        };
    }
}
