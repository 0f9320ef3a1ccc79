using Recsys.Inference.Evaluation;
using Recsys.Training.Backpropagation;
using Recsys.Training.Windows;

namespace Recsys.Training.Session;

/// <summary>Ranks all items for each held-out target, with the float32 weights that an artefact would get.</summary>
internal sealed class SessionValidator
{
    /// <summary>The cut-off whose NDCG decides which epoch is best.</summary>
    public const int DecisiveK = TargetGains.Cutoff;

    private const int RowsAtATime = 64;
    private static readonly int[] Cutoffs = [5, 10, 20];

    private readonly InteractionLog _log;
    private readonly ValidationSplit _split;
    private readonly int[][]? _seen;
    private readonly Window[] _windows;
    private readonly int _threads;
    private readonly TrainingSettings _settings;

    /// <param name="log">The data.</param>
    /// <param name="split">What is held out.</param>
    /// <param name="settings">Sizes.</param>
    /// <param name="seen">For each user the items to leave out of the ranking (never the target), or null to rank all.</param>
    public SessionValidator(InteractionLog log, ValidationSplit split, TrainingSettings settings, int[][]? seen)
    {
        _log = log;
        _split = split;
        _seen = seen;
        _threads = settings.Threads;
        _windows = [.. split.Users.Select(user => InputsOf(user, split.TrainingEnds[user], settings.WindowLength)).OrderBy(window => window.Length)];
        _settings = settings;
    }

    public int UserCount => _windows.Length;

    /// <summary>Adds to a user's logits, (N).</summary>
    internal delegate void AddScores(int user, Span<float> logits);

    /// <summary>All items' logits for some held-out targets, by their place among those: 4 bytes an item and target.</summary>
    /// <param name="weights">What to rank with.</param>
    /// <param name="targets">Whom for, and when.</param>
    /// <param name="timeKnown">Whether the network is told the time of the held-out interaction.</param>
    /// <param name="cancellation">Ends it.</param>
    public Func<int, float[]> Logits(SessionWeights weights, HeldOutTarget[] targets, bool timeKnown, CancellationToken cancellation)
    {
        using var shared = new AveragedWeights(_settings, weights, _log.ItemCount);
        using var pass = new AveragedPass(shared);
        var place = new Dictionary<int, int>(targets.Length);
        for (var i = 0; i < targets.Length; i++)
            place[targets[i].At] = i;
        var logits = new float[targets.Length][];
        foreach (var chunk in targets.Select(target => InputsOf(target.User, target.At, _settings.WindowLength)).OrderBy(window => window.Length).Chunk(RowsAtATime))
        {
            cancellation.ThrowIfCancellationRequested();
            var scores = pass.Score(PackedBatch.ToRank(_log, chunk, timeKnown));
            // The batch has the longest first, and of equal ones the first in the log.
            Window[] sorted = [.. chunk.OrderByDescending(window => window.Length).ThenBy(window => window.Start)];
            for (var row = 0; row < sorted.Length; row++)
                logits[place[sorted[row].Start + sorted[row].Length]] = scores.Slice(row, 1).ToArray();
        }
        return index => logits[index];
    }

    /// <summary>The figures at 5, 10 and 20.</summary>
    /// <param name="weights">What to rank with.</param>
    /// <param name="timeKnown">Whether the network is told the time of the held-out interaction.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="partner">Adds something to a user's logits; null: nothing does.</param>
    public IReadOnlyList<RankingScore> Validate(SessionWeights weights, bool timeKnown, CancellationToken cancellation, AddScores? partner = null) =>
        RankAll(weights, timeKnown, cancellation, partner, ranked: null);

    /// <summary>The rank of each held-out target, from 1, in the order of the held-out users.</summary>
    /// <param name="weights">What to rank with.</param>
    /// <param name="timeKnown">Whether the network is told the time of the held-out interaction.</param>
    /// <param name="cancellation">Ends it.</param>
    public int[] Ranks(SessionWeights weights, bool timeKnown, CancellationToken cancellation)
    {
        var ranks = new int[_split.Users.Length];
        RankAll(weights, timeKnown, cancellation, partner: null, (user, rank) => ranks[Array.BinarySearch(_split.Users, user)] = rank);
        return ranks;
    }

    private IReadOnlyList<RankingScore> RankAll(SessionWeights weights, bool timeKnown, CancellationToken cancellation, AddScores? partner, Action<int, int>? ranked)
    {
        using var shared = new AveragedWeights(_settings, weights, _log.ItemCount);
        // Every thread has parts of its own, so that sums don't depend on which was quicker.
        var parts = new RankingAccumulator[_threads];
        Parallel.For(0, _threads, new ParallelOptions { CancellationToken = cancellation }, thread =>
        {
            parts[thread] = new RankingAccumulator(_log.ItemCount, Cutoffs);
            using var pass = new AveragedPass(shared);
            for (var first = thread * RowsAtATime; first < _windows.Length; first += _threads * RowsAtATime)
            {
                cancellation.ThrowIfCancellationRequested();
                Rank(_windows.AsSpan(first, Math.Min(RowsAtATime, _windows.Length - first)), timeKnown, pass, partner, parts[thread], ranked);
            }
        });
        foreach (var part in parts.AsSpan(1))
            parts[0].Merge(part);
        return parts[0].Scores();
    }

    private void Rank(ReadOnlySpan<Window> windows, bool timeKnown, AveragedPass pass, AddScores? partner, RankingAccumulator metrics, Action<int, int>? ranked)
    {
        var batch = PackedBatch.ToRank(_log, windows, timeKnown);
        var scores = pass.Score(batch);
        for (var row = 0; row < windows.Length; row++)
        {
            var user = batch.Users[row];
            partner?.Invoke(user, scores.Slice(row, 1));
            var rank = metrics.Add(scores.Slice(row, 1), _log.Items[_split.TrainingEnds[user]], _seen is null ? [] : _seen[user]);
            ranked?.Invoke(user, rank);
        }
    }

    private Window InputsOf(int user, int end, int length)
    {
        var start = Math.Max(_log.UserStarts[user], end - length);
        return new Window(user, start, end - start, Targets: 0);
    }
}
