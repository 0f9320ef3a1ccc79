namespace Recsys.Serving.Models;

/// <summary>Listens to a trainer's reports and keeps loss and validation NDCG@10 of each epoch. A trainer that begins at an earlier epoch again begins another curve.</summary>
internal sealed class TrainingCurves(string name, IProgress<TrainingProgress> next) : IProgress<TrainingProgress>
{
    private const int DecisiveK = 10;
    private readonly List<List<TrainingEpoch>> _passes = [];

    /// <summary>The curves so far.</summary>
    public IEnumerable<TrainingCurve> All => _passes.Select((epochs, pass) => new TrainingCurve(pass == 0 ? name : $"{name}, pass {pass + 1}", epochs));

    public void Report(TrainingProgress value)
    {
        if (value.Epoch > 0 && value.Phase is "train" or "validate") Add(value);
        next.Report(value);
    }

    private void Add(TrainingProgress value)
    {
        if (_passes.Count == 0 || (_passes[^1] is [.., var newest] && newest.Epoch > value.Epoch)) _passes.Add([]);
        var epochs = _passes[^1];
        var ndcg = value.ValidationMetrics.FirstOrDefault(metrics => metrics.K == DecisiveK)?.Ndcg;
        if (epochs is [.., var last] && last.Epoch == value.Epoch)
        {
            // The newest report of an epoch is the one of the whole epoch.
            epochs[^1] = last with { Loss = value.Loss > 0 ? value.Loss : last.Loss, ValidationNdcg = ndcg ?? last.ValidationNdcg };
        }
        else
        {
            epochs.Add(new(value.Epoch, value.Loss, ndcg));
        }
    }
}
