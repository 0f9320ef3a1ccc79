using Recsys.Inference;
using Recsys.Inference.Networks;
using Recsys.Serving.Live;
using Recsys.Serving.Sessions;

namespace Recsys.Serving.Evaluation;

/// <summary>A held-out user in the evaluated model's dense ids.</summary>
internal sealed record EvaluationCase
{
    /// <summary>The user.</summary>
    public required HeldOutUser User { get; init; }

    /// <summary>
    /// The target; -1: no recommender can find it (it isn't in the training set, or seen items are left out and it is one), which counts as a miss for all.
    /// </summary>
    public required int Target { get; init; }

    /// <summary>Items that don't compete: those of the history where seen items are left out.</summary>
    public required int[] Excluded { get; init; }

    /// <summary>The targets of the history, oldest first: what baselines go by.</summary>
    public required int[] Sequence { get; init; }

    /// <summary>How strong each of <see cref="Sequence"/> was.</summary>
    public required byte[] SequenceStrengths { get; init; }

    /// <summary>The newest interactions of the history, oldest first: what the network goes by.</summary>
    public required SessionStep[] Window { get; init; }

    /// <summary>The targets among the newest interactions, oldest first, -1 for items that the model doesn't know: what the network's partners go by.</summary>
    public required int[] Recent { get; init; }

    /// <summary>How long after the newest interaction the target came: what a network is told where the request's time is known.</summary>
    public required byte RequestGap { get; init; }

    /// <summary>Translates a user.</summary>
    /// <param name="user">The user.</param>
    /// <param name="model">Whose dense ids.</param>
    /// <param name="excludeSeen">Leave out what the user has interacted with.</param>
    /// <param name="windowLength">Newest interactions that the network reads.</param>
    public static EvaluationCase Of(HeldOutUser user, LiveModel model, bool excludeSeen, int windowLength)
    {
        var target = model.DenseId(user.Target.Item);
        var start = Math.Max(0, user.History.Count - windowLength);
        Interaction[] learned = [.. user.History.Where(interaction => Holdout.IsTarget(interaction) && model.DenseId(interaction.Item) >= 0)];
        int[] seen = [.. user.History.Select(interaction => model.DenseId(interaction.Item)).Where(item => item >= 0).Distinct()];
        return new()
        {
            User = user,
            Target = excludeSeen && seen.Contains(target) ? -1 : target,
            Excluded = excludeSeen ? seen : [],
            Sequence = [.. learned.Select(interaction => model.DenseId(interaction.Item))],
            SequenceStrengths = [.. learned.Select(interaction => interaction.Strength)],
            Recent = [.. user.History.TakeLast(windowLength).Where(Holdout.IsTarget).Select(interaction => model.DenseId(interaction.Item))],
            Window =
            [
                .. Enumerable.Range(start, user.History.Count - start).Select(i => new SessionStep(
                    model.DenseId(user.History[i].Item),
                    user.History[i].Kind,
                    user.History[i].Strength,
                    i == start ? TimeGap.Unknown : TimeGap.Bucket(user.History[i].TimeMs - user.History[i - 1].TimeMs))),
            ],
            RequestGap = TimeGap.Bucket(user.Target.TimeMs - user.History[^1].TimeMs),
        };
    }
}
