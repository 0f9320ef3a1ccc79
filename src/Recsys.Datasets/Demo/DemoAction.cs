namespace Recsys.Datasets.Demo;

/// <summary>What a viewer did: a play or a reaction.</summary>
/// <param name="Viewer">Index of the viewer.</param>
/// <param name="Session">Number of the session, over all viewers.</param>
/// <param name="Work">With what.</param>
/// <param name="Type">PLAY or a reaction.</param>
/// <param name="Second">Seconds after the world's start; for a play its start.</param>
/// <param name="From">Of plays: position at the start, in seconds.</param>
/// <param name="To">Of plays: position at the end, in seconds.</param>
/// <param name="Rating">Of ratings: 1 to 5.</param>
internal readonly record struct DemoAction(int Viewer, int Session, DemoWork Work, DatasetEventType Type, long Second, int From = 0, int To = 0, int Rating = 0)
{
    /// <summary>Seconds between heart-beats; below the 30 minutes after which a silent play counts as over.</summary>
    public const int BeatSeconds = 25 * 60;

    public long EndSecond => Second + To - From;

    /// <summary>Events of a play beyond one, if it's reported as it runs.</summary>
    public int ExtraEvents => Type == DatasetEventType.Play ? 1 + Beats : 0;

    public int Beats => Math.Max(0, (To - From - 1) / BeatSeconds);
}
