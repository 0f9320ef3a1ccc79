using Recsys.Content.Preprocessing;

namespace Recsys.Content.Networks;

/// <summary>What a training is told: the columns, the target, and the network.</summary>
public sealed record NetworkSpec
{
    /// <summary>The most classes or labels of a network.</summary>
    public const int MostLabels = 10_000;

    /// <summary>The most columns that a network reads.</summary>
    public const int MostColumns = 1000;

    /// <summary>
    /// What the network reads, in this order. Dense: numbers, categories and texts (as words); convolutional: one image; recurrent: one sequence; text: texts,
    /// joined.
    /// </summary>
    public required IReadOnlyList<ColumnSettings> Columns { get; init; }

    /// <summary>The column that holds the class, the labels or the number.</summary>
    public required string Target { get; init; }

    /// <summary>What separates labels in a text of the target column, e.g. ", ". Default: "|".</summary>
    public string LabelSeparator { get; init => field = value ?? "|"; } = "|";

    /// <summary>The column that says "train", "validation" or "test"; empty: the seed splits 80, 10 and 10 %. Default: empty.</summary>
    public string PartColumn { get; init => field = value ?? ""; } = "";

    /// <summary>
    /// Classes or labels with fewer training examples are left out (their examples too, where the task is classes), 1 to 1,000,000. Default: 2.
    /// </summary>
    public int LeastExamples { get; init; } = 2;

    /// <summary>Its sizes and training.</summary>
    public required NetworkSettings Network { get; init; }

    /// <summary>What is wrong with it (the field, its value, what was expected), or null.</summary>
    public string? Problem()
    {
        if (Network is null) return "network is missing, expected its settings";
        if (Columns is null || Columns.Count is < 1 or > MostColumns) return $"columns has {Columns?.Count ?? 0} of them, expected 1 to {MostColumns}";
        if (string.IsNullOrEmpty(Target)) return "target is empty, expected the name of a column";
        if (LeastExamples is < 1 or > 1_000_000) return $"least_examples is {LeastExamples}, expected 1 to 1000000";
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i] is null) return $"columns[{i}] is null, expected a column";
            if (Columns[i].Problem() is { } problem) return $"columns[{i}].{problem}";
            if (!names.Add(Columns[i].Name)) return $"columns[{i}].name is '{Columns[i].Name}', expected a name that no other column has";
        }

        if (names.Contains(Target)) return $"target is '{Target}', expected a column that isn't read: a network that reads what it has to tell learns nothing else";
        if (PartColumn.Length > 0 && (names.Contains(PartColumn) || PartColumn == Target)) return $"part_column is '{PartColumn}', expected a column of its own";
        return Network.Problem() is { } wrong ? $"network.{wrong}" : KindProblem();
    }

    private string? KindProblem()
    {
        var kind = Network.Kind;
        for (var i = 0; i < Columns.Count; i++)
        {
            var column = Columns[i];
            var expected = kind switch
            {
                NetworkKind.Dense when column.Kind is not (ColumnKind.Number or ColumnKind.Category or ColumnKind.Text) => "Number, Category or Text",
                NetworkKind.Convolutional when column.Kind != ColumnKind.Image => "Image",
                NetworkKind.Recurrent when column.Kind != ColumnKind.Sequence => "Sequence",
                NetworkKind.Text when column.Kind != ColumnKind.Text => "Text",
                _ => null,
            };
            if (expected is not null) return $"columns[{i}].kind of '{column.Name}' is {column.Kind}, expected {expected} where network.kind is {kind}";
            if (kind == NetworkKind.Text && column.Vocabulary is < ColumnSettings.LeastPieces)
            {
                return $"columns[{i}].vocabulary of '{column.Name}' is {column.Vocabulary}, expected at least {ColumnSettings.LeastPieces} where network.kind is {kind}: 256 of them are single bytes";
            }
        }

        if (kind is NetworkKind.Convolutional or NetworkKind.Recurrent && Columns.Count != 1)
        {
            return $"columns has {Columns.Count} of them, expected one {(kind == NetworkKind.Recurrent ? "Sequence" : "Image")} where network.kind is {kind}";
        }

        return null;
    }
}
