using Recsys.Content.Examples;
using Recsys.Content.Networks;

namespace Recsys.Content.Preprocessing;

/// <summary>Makes of an example what its network reads, in training and serving by this same code. Immutable, thread-safe.</summary>
public sealed class Preprocessor
{
    private readonly NetworkKind _kind;
    private readonly FittedPreprocessing _fitted;
    private readonly IFeatureColumn[] _features = [];
    private readonly ImageColumn? _image;
    private readonly SequenceColumn? _sequence;
    private readonly PiecesColumns? _pieces;

    /// <param name="spec">What the preprocessing was fitted for.</param>
    /// <param name="fitted">What was learned.</param>
    /// <exception cref="InvalidDataException">They don't fit each other.</exception>
    public Preprocessor(NetworkSpec spec, FittedPreprocessing fitted)
    {
        if ((spec.Problem() ?? fitted.Problem(spec)) is { } problem) throw new InvalidDataException($"{problem}.");
        (_kind, _fitted) = (spec.Network.Kind, fitted);
        switch (_kind)
        {
            case NetworkKind.Dense:
                _features = [.. fitted.Columns.Select(FeaturesOf)];
                break;
            case NetworkKind.Convolutional:
                _image = new(fitted.Columns[0]);
                break;
            case NetworkKind.Recurrent:
                _sequence = new(fitted.Columns[0]);
                break;
            default:
                _pieces = new(fitted);
                break;
        }
    }

    /// <summary>
    /// What is wrong with an example ("cover: the image has 5 bytes..."), or null. Of an image only the header is read; numbers, categories and texts that aren't there are unknown, images and sequences that aren't there are wrong, and
    /// an example without any of the columns is.
    /// </summary>
    /// <param name="values">By column name; other columns are passed over.</param>
    public string? Problem(IReadOnlyDictionary<string, ExampleValue> values)
    {
        if (!_fitted.Columns.Any(column => values.ContainsKey(column.Settings.Name)))
        {
            return $"there is none of the columns {string.Join(", ", _fitted.Columns.Take(20).Select(column => column.Settings.Name))}: expected at least one";
        }

        for (var i = 0; i < _fitted.Columns.Count; i++)
        {
            var name = _fitted.Columns[i].Settings.Name;
            var value = values.GetValueOrDefault(name);
            var problem = _kind switch
            {
                NetworkKind.Dense => _features[i].Problem(value),
                NetworkKind.Convolutional => ValueProblem.OfImage(value),
                NetworkKind.Recurrent => _sequence!.Problem(value),
                _ => ValueProblem.OfText(value),
            };
            if (problem is not null) return problem.StartsWith("the ", StringComparison.Ordinal) ? $"{name}: {problem}" : $"{name} {problem}";
        }

        return null;
    }

    /// <summary>What the network reads of an example.</summary>
    /// <param name="values">By column name.</param>
    /// <exception cref="InvalidDataException">It has a <see cref="Problem"/>, or its image is cut short or damaged.</exception>
    public NetworkInput Encode(IReadOnlyDictionary<string, ExampleValue> values)
    {
        if (Problem(values) is { } problem) throw new InvalidDataException($"{problem}.");
        return _kind switch
        {
            NetworkKind.Dense => new() { Features = Vector(values) },
            NetworkKind.Convolutional => new() { Pixels = _image!.Encode(values[_fitted.Columns[0].Settings.Name]) },
            NetworkKind.Recurrent => _sequence!.Encode(values[_fitted.Columns[0].Settings.Name]),
            _ => _pieces!.Encode(values),
        };
    }

    private SparseVector Vector(IReadOnlyDictionary<string, ExampleValue> example)
    {
        var (indices, values, first) = (new List<int>(), new List<float>(), 0);
        for (var i = 0; i < _features.Length; i++)
        {
            _features[i].Add(example.GetValueOrDefault(_fitted.Columns[i].Settings.Name), first, indices, values);
            first += _features[i].Count;
        }

        return new([.. indices], [.. values]);
    }

    private static IFeatureColumn FeaturesOf(FittedColumn column) => column.Settings.Kind switch
    {
        ColumnKind.Number => new NumberColumn(column),
        ColumnKind.Category => new CategoryColumn(column),
        _ => new WordsColumn(column),
    };
}
