namespace Recsys.Server.Commands.Drift;

/// <summary>What came of a day's lists.</summary>
internal sealed class DriftDay(int users)
{
    /// <summary>Lists by user.</summary>
    public int[] Lists { get; } = new int[users];

    /// <summary>Those of them from which something was played.</summary>
    public int[] Plays { get; } = new int[users];

    /// <summary>The model at the end of the day.</summary>
    public string Model { get; set; } = "";

    /// <summary>Plays from lists over lists.</summary>
    public double PlayRate => Plays.Sum() / Math.Max(1.0, Lists.Sum());
}
