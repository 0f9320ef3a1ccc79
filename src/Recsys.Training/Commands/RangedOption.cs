using System.CommandLine;

namespace Recsys.Training.Commands;

/// <summary>Options that are numbers within bounds, which their help and their errors say.</summary>
internal static class RangedOption
{
    /// <summary>A whole number.</summary>
    public static Option<int?> Number(string name, string what, int least, int most) =>
        Ranged(new Option<int?>(name) { Description = $"{what} ({least} to {most}).", HelpName = "N" }, value => value >= least && value <= most, $"{least} to {most}");

    /// <summary>Any number.</summary>
    public static Option<double?> Share(string name, string what, double least, double most) =>
        Ranged(new Option<double?>(name) { Description = $"{what} ({least} to {most}).", HelpName = "X" }, value => value >= least && value <= most, $"{least} to {most}");

    private static Option<T?> Ranged<T>(Option<T?> option, Func<T, bool> fits, string range)
        where T : struct
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.GetValueOrDefault<T?>() is { } value && !fits(value))
                result.AddError($"{option.Name} is {result.Tokens[0].Value}, expected {range}");
        });
        return option;
    }
}
