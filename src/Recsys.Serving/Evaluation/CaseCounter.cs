using Recsys.Serving.Models;

namespace Recsys.Serving.Evaluation;

/// <summary>Reports how many of so many cases are done, about a hundred times in all. Thread-safe.</summary>
internal sealed class CaseCounter(ScaledProgress progress, string phase, int total)
{
    private readonly int _step = Math.Max(1, total / 100);
    private readonly Lock _reporting = new();
    private int _done;

    public void Done()
    {
        // Reports of two threads mustn't overtake each other: a share that falls again would be taken for an error.
        lock (_reporting)
        {
            var done = ++_done;
            if (done % _step == 0 || done == total) progress.Report(phase, (double)done / total, $"{phase}: {done:N0} of {total:N0} lists");
        }
    }
}
