using Recsys.Datasets.Logs;
using Recsys.Server.Commands.Export;

namespace Recsys.Server.Commands.Experiments;

/// <summary>The policy in question, as --policy says it.</summary>
/// <param name="Column">The column of the probabilities; null: uniform.</param>
internal sealed record PolicyChoice(string? Column)
{
    private const string Greedy = ExposureTable.Greedy;
    private const string Uniform = "uniform";
    private const string ColumnPrefix = "column:";

    /// <summary>Every action is as probable.</summary>
    public bool IsUniform => Column is null;

    /// <summary>As it's said on the command line.</summary>
    public string Text => Column switch
    {
        null => Uniform,
        Greedy => Greedy,
        _ => ColumnPrefix + Column,
    };

    /// <summary>Reads the word.</summary>
    /// <exception cref="ArgumentException">It's none.</exception>
    public static PolicyChoice Parse(string word)
    {
        if (word == Uniform) return new(Column: null);
        if (word == Greedy) return new(Greedy);
        return word.StartsWith(ColumnPrefix, StringComparison.Ordinal) && word.Length > ColumnPrefix.Length
            ? new(word[ColumnPrefix.Length..])
            : throw new ArgumentException($"--policy is {Uniform}, {Greedy} or {ColumnPrefix}NAME, not '{word}'.");
    }

    /// <summary>The mapping with the policy's column.</summary>
    public PolicyLogMapping Mapped(PolicyLogMapping mapping) => Column is null ? mapping : mapping.With(PolicyLogField.Probability, Column);
}
