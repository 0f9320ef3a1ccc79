using Recsys.Inference.Evaluation;

namespace Recsys.Training.Tuning;

/// <summary>What a trial's training of a rung gave; kept in the state folder, a file each.</summary>
internal sealed record FinishedTraining
{
    /// <summary>Parts of a training that have a mean loss each.</summary>
    public const int LossParts = 10;

    /// <summary>The trial.</summary>
    public required int Trial { get; init; }

    /// <summary>The rung, from 0.</summary>
    public required int Rung { get; init; }

    /// <summary>Epochs.</summary>
    public required int Epochs { get; init; }

    /// <summary>Why there are no figures; null: there are.</summary>
    public string? Failed { get; init; }

    /// <summary>The rank of each held-out target, from 1, in the order of the held-out users, for requests at an unknown time; empty: it failed.</summary>
    public int[] Ranks { get; init; } = [];

    /// <summary>The same for requests at the time of the held-out interaction; null: the network doesn't read times.</summary>
    public int[]? TimedRanks { get; init; }

    /// <summary>The mean loss of a step in each tenth of the training.</summary>
    public double[] Losses { get; init; } = [];

    /// <summary>Wall time, the ranking of the held-out targets included.</summary>
    public required double Seconds { get; init; }

    /// <summary>The figure that trials are compared by; null: it failed.</summary>
    public double? Ndcg() => Failed is null ? Ranks.Average(NdcgOf) : null;

    /// <summary>A target's NDCG at the decisive length of the list.</summary>
    public static double NdcgOf(int rank) => RankingMetrics.Ndcg(rank, Session.SessionValidator.DecisiveK);

    /// <summary>The mean of each tenth.</summary>
    public static double[] MeansOf(IReadOnlyList<double> losses)
    {
        var parts = Math.Min(LossParts, losses.Count);
        return [.. Enumerable.Range(0, parts).Select(part =>
        {
            var (from, to) = (part * losses.Count / parts, (part + 1) * losses.Count / parts);
            return losses.Skip(from).Take(to - from).Average();
        })];
    }
}
