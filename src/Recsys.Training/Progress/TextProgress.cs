namespace Recsys.Training.Progress;

/// <summary>Progress for people: one line an epoch, rewritten in place on a terminal.</summary>
/// <param name="output">Where to.</param>
/// <param name="terminal">Whether lines within an epoch may be overwritten; elsewhere they are left out.</param>
internal sealed class TextProgress(TextWriter output, bool terminal) : IProgress<TrainingProgress>
{
    private bool _open;

    public void Report(TrainingProgress value)
    {
        var remaining = value.RemainingSeconds is { } seconds && value.Fraction < 1 ? $", {TimeSpan.FromSeconds(Math.Min(seconds, 1e6)):h\\:mm\\:ss} to go" : "";
        var line = value.Phase is "train" or "validate" or "tune" ? $"{value.Fraction,4:P0}  {value.Message}{remaining}" : value.Message;
        if (terminal && _open)
            output.Write("\r\x1b[K");
        if (value.InEpoch)
        {
            if (!terminal)
                return;
            output.Write(line);
            _open = true;
        }
        else
        {
            output.WriteLine(line);
            _open = false;
        }
        output.Flush();
    }
}
