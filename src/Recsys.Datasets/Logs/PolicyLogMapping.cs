namespace Recsys.Datasets.Logs;

/// <summary>Which column of a policy's log holds what, written `reward=click,propensity=pscore`.</summary>
public sealed class PolicyLogMapping
{
    private static readonly Dictionary<PolicyLogField, string[]> Usual = new()
    {
        [PolicyLogField.Propensity] = ["propensity", "propensityscore", "pscore", "actionprob"],
        [PolicyLogField.Reward] = ["reward", "click", "clicked", "play", "played"],
        [PolicyLogField.Action] = ["action", "actionid", "item", "itemid"],
        [PolicyLogField.Unit] = ["unit", "unitid", "user", "userid"],
        [PolicyLogField.Probability] = [],
    };

    private readonly Dictionary<PolicyLogField, string> _columns = [];

    /// <summary>Reads a mapping: `field=column` pairs between commas; a column is its name or its number from 1.</summary>
    /// <exception cref="DatasetFormatException">A pair isn't one, or names no known field, or one twice.</exception>
    public static PolicyLogMapping Parse(string text)
    {
        var mapping = new PolicyLogMapping();
        foreach (var pair in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=');
            if (equals <= 0 || equals == pair.Length - 1) throw new DatasetFormatException($"The mapping '{pair}' is not of the form field=column, e.g. reward=click.");
            var name = pair[..equals].Trim();
            if (!Enum.TryParse<PolicyLogField>(name, ignoreCase: true, out var field) || !name.Equals(field.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                throw new DatasetFormatException(
                    $"The mapping '{pair}' names no known field; the fields are {string.Join(", ", Enum.GetValues<PolicyLogField>()).ToLowerInvariant()}.");
            }

            if (!mapping._columns.TryAdd(field, pair[(equals + 1)..].Trim())) throw new DatasetFormatException($"The mapping names the field '{name}' twice.");
        }

        return mapping;
    }

    /// <summary>The same with a field's column set.</summary>
    /// <exception cref="DatasetFormatException">The field has another one.</exception>
    public PolicyLogMapping With(PolicyLogField field, string column)
    {
        var mapping = new PolicyLogMapping();
        foreach (var (key, value) in _columns) mapping._columns.Add(key, value);
        if (!mapping._columns.TryAdd(field, column) && mapping._columns[field] != column)
            throw new DatasetFormatException($"The field '{field.ToString().ToLowerInvariant()}' is mapped to '{_columns[field]}' and '{column}'.");
        return mapping;
    }

    /// <summary>The field's column among a file's: the mapped one, else one with a usual name; null: none.</summary>
    /// <exception cref="DatasetFormatException">The mapped column isn't there.</exception>
    internal string? Find(PolicyLogField field, IReadOnlyList<string> names, string file)
    {
        if (_columns.TryGetValue(field, out var column)) return Tables.TableColumns.Existing(names, column) ?? throw Tables.TableColumns.NoColumn(names, column, file);
        return Usual[field].Select(usual => names.FirstOrDefault(name => ColumnNames.Normalize(name) == usual)).FirstOrDefault(name => name is not null);
    }
}
