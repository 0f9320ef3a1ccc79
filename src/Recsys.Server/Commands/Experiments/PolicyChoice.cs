using Recsys.Datasets.Logs;

namespace Recsys.Server.Commands.Experiments;

/// <summary>The policy in question, as --policy says it.</summary>
/// <param name="Column">The column of the probabilities; null: uniform.</param>
internal sealed record PolicyChoice(string? Column)
{
    private const string Uniform = "uniform";
    private const string ColumnPrefix = "column:";

    /// <summary>Every action is as probable.</summary>
    public bool IsUniform => Column is null;

    /// <summary>As it's said on the command line.</summary>
    public string Text => Column is null ? Uniform : ColumnPrefix + Column;

    /// <summary>Reads the word.</summary>
    /// <exception cref="ArgumentException">It's neither.</exception>
    public static PolicyChoice Parse(string word)
    {
        if (word == Uniform) return new(Column: null);
        return word.StartsWith(ColumnPrefix, StringComparison.Ordinal) && word.Length > ColumnPrefix.Length
            ? new(word[ColumnPrefix.Length..])
            : throw new ArgumentException($"--policy is {Uniform} or {ColumnPrefix}NAME, not '{word}'.");
    }

    /// <summary>The mapping with the policy's column.</summary>
    public PolicyLogMapping Mapped(PolicyLogMapping mapping) => Column is null ? mapping : mapping.With(PolicyLogField.Probability, Column);
}
